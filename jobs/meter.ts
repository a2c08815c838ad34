import { z } from "zod";
import { UserError } from "./errors.ts";

/** `"4/4"`: 1 to 16 beats of a half to a sixteenth note. */
export const meterSchema = z.string().regex(/^(1[0-6]|[1-9])\/(2|4|8|16)$/, "a meter is written like 4/4 or 6/8");

/** The meters that menus and completions offer, the most common first; any other that `meterSchema` allows can be typed. */
export const METERS = ["4/4", "3/4", "6/8", "12/8", "2/4", "5/4", "7/8", "7/4", "9/8", "2/2"] as const;

/** characters of a wrong meter that the message repeats */
const MAX_QUOTED = 20;

/**
 * Reads a meter that a person typed, with or without spaces.
 *
 * @throws UserError meterUnknown
 */
export function parseMeter(text: string): string {
  const meter = meterSchema.safeParse(text.replace(/\s/g, ""));
  if (!meter.success) throw new UserError("meterUnknown", { meter: quote(text) });
  return meter.data;
}

/** The message goes to a chat: no markup and no control characters. */
function quote(text: string): string {
  const clean = text.replace(/[^\p{L}\p{N}/.,:+-]+/gu, " ").trim();
  return [...clean].slice(0, MAX_QUOTED).join("");
}

/** @returns the two numbers of a meter: beats in a bar, and the note value of a beat (4 is a quarter) */
export function meterParts(meter: string): { readonly beats: number; readonly beatType: number } {
  const [beats, beatType] = meter.split("/").map(Number) as [number, number];
  return { beats, beatType };
}

/** @returns whether a meter is felt in dotted beats: 6/8, 9/8, 12/8 and their sixteenths */
export function isCompoundMeter({ beats, beatType }: { beats: number; beatType: number }): boolean {
  return beatType >= 8 && beats % 3 === 0 && beats > 3;
}
