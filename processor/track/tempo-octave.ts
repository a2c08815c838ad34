import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type Counted, count } from "./counter.ts";
import { greatestNear, type Observations } from "./observations.ts";

export interface CountedBeats extends Counted {
  /** seconds, rising */
  readonly times: readonly number[];
}

/** Fewer beats or strokes say nothing of how they are to be counted. */
const FEWEST = 8;
/**
 * What it is worth that beats are heard more clearly than the places between them, against the counter's logit: fitted,
 * as a conditional logit, to performances of the Groove MIDI training split that the counter had not learned from.
 */
const CONTRAST = 1.5;

/**
 * A tracker finds a pulse; people may count half, a third or twice of it, or the beats between: which of them, the drums
 * tell (where the backbeat lies, how fast the hands go).
 *
 * @param tracked seconds, rising
 * @param isGiven whether a person gave the tempo: the beats stay as they are
 * @returns the beats that people would count, and where the counter hears bars begin in them
 */
export async function chooseLevel(
  tracked: readonly number[],
  observed: Observations,
  hits: readonly Hit[],
  isGiven: boolean,
): Promise<CountedBeats> {
  const nothing = tracked.map(() => 0);
  if (Math.min(tracked.length, hits.length) < FEWEST) return { times: tracked, downbeat: nothing, level: nothing };
  const candidates = isGiven ? [tracked] : [tracked, ...otherLevels(tracked)];
  let best: CountedBeats | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const times of candidates) {
    const counted = await count(times, hits);
    const worth = mean(counted.level) + CONTRAST * (clarity(times, observed) - clarity(between(times), observed));
    if (worth <= most) continue;
    most = worth;
    best = { times, ...counted };
  }
  return best!;
}

function otherLevels(beats: readonly number[]): number[][] {
  const halves = between(beats);
  const every = (step: number, first: number) => beats.filter((_, i) => i % step === first);
  const doubled = beats.flatMap((time, i) => (i < halves.length ? [time, halves[i]!] : [time]));
  return [doubled, between(doubled), halves, every(2, 0), every(2, 1), every(3, 0), every(3, 1), every(3, 2)];
}

/** The places half way from each beat to the next. */
export function between(beats: readonly number[]): number[] {
  return beats.slice(1).map((time, i) => (beats[i]! + time) / 2);
}

/** How clearly beats are heard at these times, 0..1. */
function clarity(times: readonly number[], { beat, fps }: Observations): number {
  return mean(times.map((time) => greatestNear(beat, Math.round(time * fps))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
