import { median } from "../../numeric/median.ts";
import type { Pulse } from "./bars.ts";
import type { Onset } from "./onsets.ts";

/** Fractions of a pulse on which most strokes fall, and the weight of each as evidence of where the pulse is felt. */
const LANDMARKS = [
  [0, 1],
  [1, 1],
  [1 / 2, 0.9],
  [1 / 4, 0.7],
  [3 / 4, 0.7],
  [1 / 3, 0.4],
  [2 / 3, 0.4],
] as const;
/** Seconds. */
const LANDMARK_SPREAD = 0.02;
const LONGEST_CONSTANT = 0.045;
const LONGEST = 0.09;
/** Fraction of a pulse. */
const LONGEST_SHARE = 0.25;
/** Pulses on either side over which a player's offset is measured, and the strokes needed. */
const REACH = 8;
const FEWEST_STROKES = 8;

/** @returns the seconds by which a whole song is behind its pulses, because of the beat tracker or of a laid-back player */
export function constantOffset(pulses: readonly Pulse[], groups: readonly (readonly Onset[])[]): number {
  const between = pulses.flatMap((pulse, index) => groups[index]!.map((onset) => ({ pulse, onset })));
  let best = 0;
  let bestScore = 0;
  for (let step = -15; step <= 15; step++) {
    const offset = (step / 15) * LONGEST_CONSTANT;
    let score = 0;
    for (const { pulse, onset } of between) {
      for (const [part, weight] of LANDMARKS) {
        const error = (onset.time - offset - pulse.time - part * pulse.duration) / LANDMARK_SPREAD;
        if (Math.abs(error) < 4) score += onset.strokes.length * weight * Math.exp(-0.5 * error * error);
      }
    }
    score *= 1 - Math.abs(offset); // prefer the smallest of equals
    if (score > bestScore) {
      best = offset;
      bestScore = score;
    }
  }
  return best;
}

/**
 * @param late seconds by which the strokes in each pulse are behind their places
 * @returns the slowly changing offset around each pulse; the rest is the deviation of single strokes
 */
export function smoothOffsets(pulses: readonly Pulse[], late: readonly (readonly number[])[]): number[] {
  const overall = median(late.flat());
  return pulses.map(({ duration }, index) => {
    const near = late.slice(Math.max(0, index - REACH), index + REACH + 1).flat();
    const most = Math.min(LONGEST, LONGEST_SHARE * duration);
    return Math.min(most, Math.max(-most, near.length >= FEWEST_STROKES ? median(near) : overall));
  });
}
