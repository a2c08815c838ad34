import { isCompoundMeter } from "@groovesheet/jobs/meter.ts";
import type { Meter } from "../score.ts";
import { QUARTER, WHOLE } from "./ticks.ts";

/** @returns ticks in a full bar */
export function barTicks(meter: Meter): number {
  return (meter.beats * WHOLE) / meter.beatType;
}

/**
 * Lengths, in ticks, of the beats that a player counts and that beams show: quarters in 4/4, dotted quarters in 6/8, and
 * twos and threes in meters like 7/8.
 * @param threesFirst true where an odd meter begins with its group of three, like 3+2+2
 */
export function beatGroups(meter: Meter, threesFirst = false): number[] {
  const unit = WHOLE / meter.beatType;
  if (isCompoundMeter(meter)) return Array(meter.beats / 3).fill(3 * unit);
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
