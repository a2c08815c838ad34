import { DEVICES, type Device } from "@groovesheet/jobs/devices.ts";
import { meterSchema } from "@groovesheet/jobs/meter.ts";
import { FORMATS, type Format, listenOptionsSchema } from "@groovesheet/jobs/options.ts";
import { checkTimeRange, parseTime, type TimeRange } from "@groovesheet/jobs/time-range.ts";
import { type DecodeLimits, decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError unless the text is a number from 40 to 240 */
export function parseBpm(text: string): number {
  const result = listenOptionsSchema.shape.bpm.safeParse(text.trim() === "" ? Number.NaN : Number(text));
  if (!result.success || result.data === undefined)
    throw new InvalidArgumentError("It must be a number from 40 to 240.");
  return result.data;
}

/** @throws InvalidArgumentError unless the text is a time like 1:30, 90 or 1:30.5 */
export function parseTimeArgument(text: string): number {
  const seconds = parseTime(text);
  if (seconds === undefined) throw new InvalidArgumentError("It must be a time like 1:30, 90 or 1:30.5.");
  return seconds;
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

/** @throws InvalidArgumentError unless the text has 1 to 200 characters */
export function parseTitle(text: string): string {
  const title = text.trim();
  if (title.length < 1 || title.length > 200) throw new InvalidArgumentError("It must have 1 to 200 characters.");
  return title;
}

/** @throws InvalidArgumentError unless the text is a comma-separated list of formats */
export function parseFormats(text: string): readonly Format[] {
  return parseList(text, FORMATS);
}

/** @throws InvalidArgumentError unless the text is a comma-separated list of devices */
export function parseDevices(text: string): readonly Device[] {
  return parseList(text, DEVICES);
}

function parseList<T extends string>(text: string, allowed: readonly T[]): readonly T[] {
  const words = text.split(",").map((word) => word.trim());
  const found = words.map((word) => allowed.find((name) => name === word));
  if (found.includes(undefined)) throw new InvalidArgumentError(`It must be a list of: ${allowed.join(", ")}.`);
  return [...new Set(found as T[])];
}

/** @returns whether the part ends after it begins; if not, with an error message */
export function isTimeRange(range: TimeRange): boolean {
  try {
    checkTimeRange(range);
    return true;
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return false;
  }
}

/** @returns the decoder limits; undefined, with an error message, if the environment sets a wrong value */
export function readLimits(): DecodeLimits | undefined {
  try {
    return decodeLimits();
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return undefined;
  }
}
