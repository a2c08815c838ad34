import type { Hit } from "@groovesheet/jobs/performance.ts";
import { sameSurface } from "../quantise/onsets.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { type BarEvidence, detectorOf, type Evidence, logOddsOf } from "./evidence.ts";
import type { Places } from "./places.ts";

/** Seconds by which a candidate may miss the place of the pattern. */
const FURTHEST = 0.035;
/** Seconds around a written stroke in which another peak of the same drum is part of that stroke. */
const SAME_STROKE = 0.06;

/**
 * Adds candidates to the evidence of a group's bars, at the places where other bars of the group have strokes.
 *
 * @param candidates in order of time
 */
export function addCandidates(group: readonly BarEvidence[], candidates: readonly Hit[], places: Places): void {
  const used = new Map(group.flatMap(({ places: here }) => [...here]));
  for (const { bar, places: here } of group) {
    const strokes = [...here.values()].flatMap((evidence) => evidence.strokes);
    const free = candidatesIn(candidates, bar.time - FURTHEST, bar.time + bar.duration + FURTHEST).filter(
      (hit) => !strokes.some((stroke) => isPartOf(hit, stroke)),
    );
    if (free.length === 0) continue;
    for (const [place, { detector, tick }] of used) {
      const best = here.has(place) ? undefined : bestAt(free, detector, places.timeOf(bar.tick + tick));
      if (best) here.set(place, candidateEvidence(best, detector, tick));
    }
  }
}

function candidateEvidence(candidate: Hit, detector: string, tick: number): Evidence {
  return { detector, tick, logOdds: logOddsOf(candidate.confidence), strokes: [], candidate };
}

function bestAt(free: readonly Hit[], detector: string, time: number): Hit | undefined {
  let best: Hit | undefined;
  for (const hit of free) {
    const fits = detectorOf(hit.piece) === detector && Math.abs(hit.time - time) <= FURTHEST;
    if (fits && hit.confidence > (best?.confidence ?? 0)) best = hit;
  }
  return best;
}

function isPartOf(hit: Hit, { hit: written }: PlacedStroke): boolean {
  return (
    Math.abs(hit.time - written.time) < SAME_STROKE &&
    (detectorOf(hit.piece) === detectorOf(written.piece) || sameSurface(hit.piece, written.piece))
  );
}

/** @returns the candidates from one time to another, seconds */
function candidatesIn(candidates: readonly Hit[], from: number, to: number): Hit[] {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candidates[middle]!.time < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < candidates.length && candidates[end]!.time <= to) end++;
  return candidates.slice(low, end);
}
