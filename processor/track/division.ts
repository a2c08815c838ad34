import type { Hit } from "@groovesheet/jobs/performance.ts";

/** distance from a part of a beat, in beats, that a player still means as it; quarters of a beat lie nearer to thirds */
const TOLERANCE = { thirds: 0.07, quarters: 0.04 };
/** Thirds are struck in so many of the beats at least; fewer are a triplet here and there. */
const ENOUGH = 0.5;
/** In a shuffle the last third is struck and the second now and then; where a beat divides in three both are, by so much. */
const EVEN = 0.85;
/** First and last quarter of a beat, together and against its second third: more belong to beats that divide in two. */
const FEW = 0.5;

/**
 * Whether the beats of a song divide in three (compound meter) rather than in two, straight or swung: both thirds are
 * struck in most beats, nearly as often as one another, and the quarters of a beat hardly. Its half says nothing: it is
 * the fourth of the six sixteenths in a dotted quarter too.
 *
 * @param beats seconds, rising
 * @param hits in order of time
 */
export function dividesInThree(beats: readonly number[], hits: readonly Hit[]): boolean {
  const struck = (part: number, tolerance: number) => strikes(beats, hits, part, tolerance);
  const [second, third] = [struck(1 / 3, TOLERANCE.thirds), struck(2 / 3, TOLERANCE.thirds)];
  const quarters = struck(1 / 4, TOLERANCE.quarters) + struck(3 / 4, TOLERANCE.quarters);
  const enough = ENOUGH * (beats.length - 1);
  return beats.length > 4 && Math.min(second, third) > enough && second > EVEN * third && quarters < FEW * second;
}

/** In how many of the beats something is struck at a part of them. */
function strikes(beats: readonly number[], hits: readonly Hit[], part: number, tolerance: number): number {
  let next = 0;
  return beats.slice(1).filter((end, i) => {
    const period = end - beats[i]!;
    const at = beats[i]! + part * period;
    while (next < hits.length && hits[next]!.time <= at - tolerance * period) next++;
    return next < hits.length && hits[next]!.time < at + tolerance * period;
  }).length;
}
