import type { Hit } from "../../jobs/performance.ts";

/** distance from a third or half of a beat, in beats, that a player still means as it */
const TOLERANCE = 0.07;

/**
 * Whether the beats of a song divide in three (compound meter) rather than in two, straight or swung: the second third
 * of a beat must be struck nearly as often as the third one, and the middle hardly ever. In a shuffle only the last
 * third is struck.
 *
 * @param beats seconds, rising
 * @param hits in order of time
 */
export function dividesInThree(beats: readonly number[], hits: readonly Hit[]): boolean {
  let second = 0;
  let third = 0;
  let middle = 0;
  let next = 0;
  for (let i = 0; i + 1 < beats.length; i++) {
    const start = beats[i]!;
    const period = beats[i + 1]! - start;
    const struck = new Set<string>();
    while (next < hits.length && hits[next]!.time < start) next++;
    for (let h = next; h < hits.length && hits[h]!.time < start + period; h++) {
      const phase = (hits[h]!.time - start) / period;
      if (Math.abs(phase - 1 / 3) < TOLERANCE) struck.add("second");
      else if (Math.abs(phase - 2 / 3) < TOLERANCE) struck.add("third");
      else if (Math.abs(phase - 1 / 2) < TOLERANCE) struck.add("middle");
    }
    second += Number(struck.has("second"));
    third += Number(struck.has("third"));
    middle += Number(struck.has("middle"));
  }
  const enough = 0.4 * (beats.length - 1);
  return beats.length > 4 && third > enough && second > enough && middle < 0.2 * second;
}
