import { UserError } from "./errors.ts";
import type { ListenOptions } from "./options.ts";

/** The part of a recording that is transcribed, in seconds from the recording's start. */
export type TimeRange = { readonly [End in "from" | "to"]?: ListenOptions[End] };

/** `90`, `90.5`, `1:30`, `1:30.5`, `1:02:03`; a comma may stand for the point. */
const TIME = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,6})?)$/;
/** A wrong text is repeated in the message only up to this many characters. */
const LONGEST_QUOTE = 20;

/** @returns seconds, or undefined where the text is not a time */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]!.replace(",", ".")];
  if (minutes !== undefined && Number(seconds) >= 60) return undefined;
  if (hours !== undefined && Number(minutes) >= 60) return undefined;
  return 3600 * Number(hours ?? 0) + 60 * Number(minutes ?? 0) + Number(seconds);
}

/**
 * Reads the two ends of a part as a person writes them. An end that is absent or blank leaves that side open.
 *
 * @throws UserError timeUnreadable, partEmpty
 */
export function parseTimeRange(from: string | null | undefined, to: string | null | undefined): TimeRange {
  const range = { ...readEnd("from", from), ...readEnd("to", to) };
  checkTimeRange(range);
  return range;
}

/** @throws UserError partEmpty unless the part ends after it begins */
export function checkTimeRange({ from = 0, to }: TimeRange): void {
  if (to !== undefined && to <= from) throw new UserError("partEmpty", { from: formatTime(from), to: formatTime(to) });
}

/** @returns `1:30` or `1:30.5`, with hours where there are any */
export function formatTime(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
  const rest = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
  const fraction = tenths % 10 ? `.${tenths % 10}` : "";
  const start = hours ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes);
  return `${start}:${rest}${fraction}`;
}

function readEnd(end: "from" | "to", text: string | null | undefined): TimeRange {
  if (!text?.trim()) return {};
  const seconds = parseTime(text);
  if (seconds === undefined) throw new UserError("timeUnreadable", { time: quote(text) });
  return { [end]: seconds };
}

function quote(text: string): string {
  const plain = [...text.replace(/[\p{C}\s]+/gu, " ").trim()];
  return plain.length > LONGEST_QUOTE ? `${plain.slice(0, LONGEST_QUOTE).join("")}…` : plain.join("");
}
