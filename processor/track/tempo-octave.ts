import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type BeatLogits, classifyBeats } from "./counter.ts";
import { greatestNear, type Observations } from "./observations.ts";

export interface ClassifiedBeats extends BeatLogits {
  /** seconds, rising */
  readonly times: readonly number[];
}

/** Fewer beats or hits are no evidence of the tempo octave. */
const FEWEST = 8;
/**
 * Weight of the clarity of beats over that of the places between them, relative to the counter's logit: fitted, as a
 * conditional logit, to performances of the Groove MIDI training split that the counter was not trained on.
 */
const CONTRAST = 1.5;

/**
 * A tracked pulse may be half, twice or three times the tempo that listeners would tap, or lie between the beats. What is
 * played decides (where the backbeat lies, how fast the hands move).
 *
 * @param tracked seconds, rising
 * @param isGiven whether the user gave the tempo: the beats stay as they are
 * @returns the beats that listeners would tap, with the counter's logits for them
 */
export async function chooseTempoOctave(
  tracked: readonly number[],
  observed: Observations,
  hits: readonly Hit[],
  isGiven: boolean,
): Promise<ClassifiedBeats> {
  const nothing = tracked.map(() => 0);
  if (Math.min(tracked.length, hits.length) < FEWEST) return { times: tracked, downbeat: nothing, level: nothing };
  const candidates = isGiven ? [tracked] : [tracked, ...otherLevels(tracked)];
  let best: ClassifiedBeats | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const times of candidates) {
    const counted = await classifyBeats(times, hits);
    const score = mean(counted.level) + CONTRAST * (clarity(times, observed) - clarity(between(times), observed));
    if (score <= most) continue;
    most = score;
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

/** The midpoints between neighbouring beats. */
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
