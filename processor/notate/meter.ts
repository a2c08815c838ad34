import type { Meter } from "../score.ts";
import { QUARTER, WHOLE } from "./ticks.ts";

/** @param text as in `"6/8"`; its form was checked where it came in */
export function parseMeter(text: string): Meter {
  const [beats, beatType] = text.split("/").map(Number);
  return { beats: beats!, beatType: beatType! };
}

/** @returns ticks in a full bar */
export function barTicks(meter: Meter): number {
  return (meter.beats * WHOLE) / meter.beatType;
}

/** Meters that are felt in dotted beats: 6/8, 9/8, 12/8 and their sixteenths. */
export function isCompound(meter: Meter): boolean {
  return meter.beatType >= 8 && meter.beats % 3 === 0 && meter.beats > 3;
}

/**
 * Lengths, in ticks, of the beats that a player counts and that beams show: quarters in 4/4, dotted quarters in 6/8, and
 * twos and threes in meters like 7/8.
 * @param threesFirst true where an odd meter begins with its group of three, as 3+2+2
 */
export function beatGroups(meter: Meter, threesFirst = false): number[] {
  const unit = WHOLE / meter.beatType;
  if (isCompound(meter)) return Array(meter.beats / 3).fill(3 * unit);
  if (unit >= QUARTER) return Array(barTicks(meter) / QUARTER).fill(QUARTER);
  const pulses = meter.beats;
  if (pulses === 3) return [3 * unit];
  const twos = Array(Math.floor((pulses - (pulses % 2) * 3) / 2)).fill(2 * unit);
  if (pulses === 1) return [unit];
  if (pulses % 2 === 0) return twos;
  return threesFirst ? [3 * unit, ...twos] : [...twos, 3 * unit];
}

/** The groups that fill the last `ticks` of a bar: what is left of a bar in its pickup. */
export function lastGroups(groups: readonly number[], ticks: number): number[] {
  const kept: number[] = [];
  let left = ticks;
  for (const group of [...groups].reverse()) {
    if (left <= 0) break;
    kept.unshift(Math.min(group, left));
    left -= group;
  }
  return kept;
}
