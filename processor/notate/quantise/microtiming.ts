import { median } from "../../median.ts";
import type { Pulse } from "./bars.ts";
import type { Onset } from "./onsets.ts";

/** Parts of a pulse on which strokes mostly fall, and how much each says of where the pulse is felt. */
const landmarks = [
  [0, 1],
  [1, 1],
  [1 / 2, 0.9],
  [1 / 4, 0.7],
  [3 / 4, 0.7],
  [1 / 3, 0.4],
  [2 / 3, 0.4],
] as const;
/** Seconds. */
const landmarkSpread = 0.02;
const longestConstant = 0.045;
const longest = 0.09;
/** Of a pulse. */
const longestPart = 0.25;
/** Pulses on either side over which a player's lag is measured, and the strokes needed. */
const reach = 8;
const fewest = 8;

/** @returns the seconds by which a whole song lies behind its pulses: a tracker's, or a laid-back player's habit */
export function constantLag(pulses: readonly Pulse[], groups: readonly (readonly Onset[])[]): number {
  const between = pulses.flatMap((pulse, index) => groups[index]!.map((onset) => ({ pulse, onset })));
  let best = 0;
  let bestScore = 0;
  for (let step = -15; step <= 15; step++) {
    const lag = (step / 15) * longestConstant;
    let score = 0;
    for (const { pulse, onset } of between) {
      for (const [part, weight] of landmarks) {
        const error = (onset.time - lag - pulse.time - part * pulse.duration) / landmarkSpread;
        if (Math.abs(error) < 4) score += onset.strokes.length * weight * Math.exp(-0.5 * error * error);
      }
    }
    score *= 1 - Math.abs(lag); // of equal ones the smallest
    if (score > bestScore) {
      best = lag;
      bestScore = score;
    }
  }
  return best;
}

/**
 * @param late seconds by which the strokes in each pulse come after their places
 * @returns the lag about each pulse, which changes slowly; what is left is the deviation of single strokes
 */
export function smoothLags(pulses: readonly Pulse[], late: readonly (readonly number[])[]): number[] {
  const overall = median(late.flat());
  return pulses.map(({ duration }, index) => {
    const near = late.slice(Math.max(0, index - reach), index + reach + 1).flat();
    const most = Math.min(longest, longestPart * duration);
    return Math.min(most, Math.max(-most, near.length >= fewest ? median(near) : overall));
  });
}
