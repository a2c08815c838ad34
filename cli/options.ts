import { DEVICES, type Device } from "@groovesheet/jobs/devices.ts";
import { meterSchema } from "@groovesheet/jobs/meter.ts";
import {
  FORMATS,
  type Format,
  listenOptionsSchema,
  type NotateOptions,
  notateOptionsSchema,
} from "@groovesheet/jobs/options.ts";
import { type DecodeLimits, decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { InvalidArgumentError } from "commander";

/** What both commands let a person choose of the writing. */
export interface NotationFlags {
  readonly title?: string;
  readonly swing: NotateOptions["swing"];
  readonly grid: NotateOptions["grid"];
  readonly detail: NotateOptions["detail"];
  readonly repeats?: boolean;
  readonly showConfidence?: boolean;
  readonly quantised?: boolean;
}

/** @param count how the beats are counted otherwise than they were heard */
export function notationOf(
  { title, swing, grid, detail, repeats, showConfidence, quantised }: NotationFlags,
  count: Partial<Pick<NotateOptions, "tempoScale" | "shiftDownbeat" | "meter">> = {},
): NotateOptions {
  return notateOptionsSchema.parse({ title, swing, grid, detail, repeats, showConfidence, quantised, ...count });
}

/** @throws InvalidArgumentError unless the text is a number from 40 to 240 */
export function parseBpm(text: string): number {
  const result = listenOptionsSchema.shape.bpm.safeParse(text.trim() === "" ? Number.NaN : Number(text));
  if (!result.success || result.data === undefined)
    throw new InvalidArgumentError("It must be a number from 40 to 240.");
  return result.data;
}

/** @throws InvalidArgumentError unless the text is a meter like 4/4 */
export function parseMeter(text: string): string {
  const result = meterSchema.safeParse(text);
  if (!result.success) throw new InvalidArgumentError("It must be a meter like 4/4 or 6/8.");
  return result.data;
}

/** @throws InvalidArgumentError unless the text is a whole number from -16 to 16 */
export function parseShift(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || Math.abs(value) > 16) {
    throw new InvalidArgumentError("It must be a whole number from -16 to 16.");
  }
  return value;
}

/** @throws InvalidArgumentError unless the text is a title of 1 to 200 letters */
export function parseTitle(text: string): string {
  const title = text.trim();
  if (title.length < 1 || title.length > 200) throw new InvalidArgumentError("It must have 1 to 200 letters.");
  return title;
}

/** @throws InvalidArgumentError unless the text is a list of formats, parted by commas */
export function parseFormats(text: string): readonly Format[] {
  return parseList(text, FORMATS);
}

/** @throws InvalidArgumentError unless the text is a list of devices, parted by commas */
export function parseDevices(text: string): readonly Device[] {
  return parseList(text, DEVICES);
}

function parseList<T extends string>(text: string, allowed: readonly T[]): readonly T[] {
  const words = text.split(",").map((word) => word.trim());
  const found = words.map((word) => allowed.find((name) => name === word));
  if (found.includes(undefined)) throw new InvalidArgumentError(`It must be a list of: ${allowed.join(", ")}.`);
  return [...new Set(found as T[])];
}

/** Limits that the environment sets wrongly are told like a wrong option. */
export function readLimits(): DecodeLimits | undefined {
  try {
    return decodeLimits();
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return undefined;
  }
}
