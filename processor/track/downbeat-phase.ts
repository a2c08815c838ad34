import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Place } from "./bars.ts";

/** Errors repeat as bars do: the evidence of all bars together has the weight of this number of independent bars. */
const INDEPENDENT_BARS = 1;
/**
 * Natural logarithm of the odds that drums which enter on a beat enter on the first of a bar. In the training split of the
 * Groove MIDI Dataset 222 of 273 performances in 4/4 do, which is 2.6; half of that is left for recordings that were cut
 * somewhere (docs/beats.md).
 */
const ENTRY = 1.25;
/** beats: greatest distance of the first hit from its beat */
const ENTRY_REACH = 0.2;

/**
 * Chooses the downbeat phase of the section in which the drums enter, from the evidence in all its bars and the beat of the
 * first hit, if it is on one. Where both halves of a bar are alike, the entry decides.
 *
 * @param places from the evidence in the bars alone
 * @param logits for each beat, for a number of beats in a bar: such a bar begins there
 * @param times seconds of the beats
 * @param hits in order of time
 */
export function alignDownbeats(
  places: readonly Place[],
  logits: (beatsPerBar: number) => readonly number[],
  times: readonly number[],
  hits: readonly Hit[],
): Place[] {
  if (hits.length === 0 || times.length < 2) return [...places];
  const first = firstBeat(times, hits[0]!.time);
  const entry = isOnBeat(times, first, hits[0]!.time) ? first : undefined;
  const { beatsPerBar } = places[first]!;
  const ends = places.findIndex((place, i) => i > first && place.beatsPerBar !== beatsPerBar);
  const begins = places.findLastIndex((place, i) => i < first && place.beatsPerBar !== beatsPerBar) + 1;
  const run = { begins, ends: ends < 0 ? places.length : ends };
  const share = Math.min(1, (INDEPENDENT_BARS * beatsPerBar) / (run.ends - run.begins));
  const downbeats = logits(beatsPerBar);
  const worth = Array.from({ length: beatsPerBar }, (_, shift) => {
    let sum = 0;
    for (let i = run.begins; i < run.ends; i++) {
      if (shifted(places[i]!, shift) === 1) sum += share * downbeats[i]! + (i === entry ? ENTRY : 0);
    }
    return sum;
  });
  const best = worth.indexOf(Math.max(...worth));
  const isInRun = (i: number) => i >= run.begins && i < run.ends;
  return places.map((place, i) => (isInRun(i) ? { ...place, position: shifted(place, best) } : place));
}

/** The position of a beat if bars begin `shift` beats later. */
function shifted({ position, beatsPerBar }: Place, shift: number): number {
  return ((position - 1 - shift + beatsPerBar) % beatsPerBar) + 1;
}

/** The beat on which the drums enter or, where they enter between beats, the next one. */
function firstBeat(times: readonly number[], firstHit: number): number {
  const index = times.findIndex((time, i) => time - firstHit > -ENTRY_REACH * interval(times, i));
  return index < 0 ? times.length - 1 : index;
}

function isOnBeat(times: readonly number[], index: number, seconds: number): boolean {
  return Math.abs(seconds - times[index]!) < ENTRY_REACH * interval(times, index);
}

function interval(times: readonly number[], index: number): number {
  return index + 1 < times.length ? times[index + 1]! - times[index]! : times[index]! - times[index - 1]!;
}
