import type { Hit } from "@groovesheet/jobs/performance.ts";

/** beats: how far a hit may lie from a part of a beat; less for quarters, which lie near to thirds */
const TOLERANCE = { thirds: 0.07, quarters: 0.04 };
/** Least share of beats with a hit on each third; fewer are occasional triplets. */
const ENOUGH = 0.5;
/** Least ratio of hits on the second third to hits on the last; a shuffle has few on the second. */
const EVEN = 0.85;
/** Greatest ratio of hits on the first and last quarters of beats to hits on the second third; more mean a division in two. */
const FEW = 0.5;

/**
 * Whether the beats of a song divide in three (compound meter) rather than in two, straight or swung: most beats have hits
 * on both thirds, about equally often, and hardly any on the quarters. The half of a beat is no evidence: it is the fourth
 * of six sixteenths in a dotted quarter too.
 *
 * @param beats seconds, rising
 * @param hits in order of time
 */
export function dividesInThree(beats: readonly number[], hits: readonly Hit[]): boolean {
  const hitsAt = (part: number, tolerance: number) => beatsWithHit(beats, hits, part, tolerance);
  const [second, third] = [hitsAt(1 / 3, TOLERANCE.thirds), hitsAt(2 / 3, TOLERANCE.thirds)];
  const quarters = hitsAt(1 / 4, TOLERANCE.quarters) + hitsAt(3 / 4, TOLERANCE.quarters);
  const enough = ENOUGH * (beats.length - 1);
  return beats.length > 4 && Math.min(second, third) > enough && second > EVEN * third && quarters < FEW * second;
}

/** The number of beats with a hit at a part of the beat. */
function beatsWithHit(beats: readonly number[], hits: readonly Hit[], part: number, tolerance: number): number {
  let next = 0;
  return beats.slice(1).filter((end, i) => {
    const period = end - beats[i]!;
    const at = beats[i]! + part * period;
    while (next < hits.length && hits[next]!.time <= at - tolerance * period) next++;
    return next < hits.length && hits[next]!.time < at + tolerance * period;
  }).length;
}
