import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Place } from "./bars.ts";

/** Errors repeat as bars do: the evidence of all bars together has the weight of this number of independent bars. */
const INDEPENDENT_BARS = 1;
/**
 * Natural logarithm of the odds that drums which enter on a beat enter on the first of a bar. In the training split of the
 * Groove MIDI Dataset 222 of 273 performances in 4/4 do, which is 2.6; beside the other evidence about a quarter of that is
 * left.
 */
const ENTRY = 0.5;
/** beats: greatest distance of the first hit from its beat */
const ENTRY_REACH = 0.2;

/**
 * Chooses the downbeat phase of the section in which the drums enter, from the evidence in all its bars and the beat of the
 * first hit. Where both halves of a bar are alike, the entry decides.
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
  const entry = entryBeat(times, hits);
  if (entry === undefined) return [...places];
  const { beatsPerBar } = places[entry]!;
  const ends = places.findIndex((place, i) => i > entry && place.beatsPerBar !== beatsPerBar);
  const begins = places.findLastIndex((place, i) => i < entry && place.beatsPerBar !== beatsPerBar) + 1;
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

/** The beat on which the drums enter; undefined where they enter between beats. */
function entryBeat(times: readonly number[], hits: readonly Hit[]): number | undefined {
  const first = hits[0]?.time;
  if (first === undefined || times.length < 2) return undefined;
  const index = times.findIndex((time, i) => Math.abs(first - time) < ENTRY_REACH * interval(times, i));
  return index < 0 ? undefined : index;
}

function interval(times: readonly number[], index: number): number {
  return index + 1 < times.length ? times[index + 1]! - times[index]! : times[index]! - times[index - 1]!;
}
