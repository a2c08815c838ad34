import type { Hit } from "@groovesheet/jobs/performance.ts";
import { barChanges } from "./bar-change.ts";
import { downbeatProbability, greatestNear, type Observations } from "./observations.ts";
import { AUDIBLE } from "./pulse/beat-pointer.ts";

/** Evidence that bars begin at beats, for a number of beats in a bar: a logit for each beat, 0 where nothing is heard. */
export interface DownbeatEvidence {
  /** weighted as evidence of single bars */
  readonly ofBar: (beatsPerBar: number) => readonly number[];
  /** of single bars, where bars may change from one part of the song to the next */
  readonly ofPart: (beatsPerBar: number) => readonly number[];
  /** weighted as evidence of the phase of a whole song, as a mean over its bars */
  readonly ofSong: (beatsPerBar: number) => readonly number[];
}

interface Weights {
  readonly counter: number;
  readonly listener: number;
  readonly change: number;
}

/** Counter and listener are overconfident; a change of the sound is normally distributed, on downbeats and elsewhere. */
const OF_BAR: Weights = { counter: 0.5, listener: 0.5, change: 0.8 };
/** Chosen so that most bars of two beats in songs in four are found, and none where there is none (docs/beats.md). */
const OF_PART: Weights = { counter: 0.5, listener: 0.5, change: 2.5 };
/** Fitted, as a conditional logit, to the downbeat phase of the development songs and performances (docs/beats.md). */
const OF_SONG: Weights = { counter: 0.45, listener: 1, change: 8 };

/**
 * Combines the counter, the listener, and the changes of the sound from bar to bar.
 *
 * @param beats seconds, rising, and the counter's downbeat logits: with the whole song, and with the neighbours alone
 * @param hits in order of time
 */
export function downbeatEvidence(
  beats: { readonly times: readonly number[]; readonly counter: readonly number[]; readonly local: readonly number[] },
  observed: Observations,
  hits: readonly Hit[],
): DownbeatEvidence {
  const { times } = beats;
  const isPlayed = playedBeats(times, hits);
  const listener = times.map((time) => listenerLogit(observed, time));
  const changes = new Map<number, readonly number[]>();
  const changesOf = (beatsPerBar: number) => {
    const { spectrum } = observed;
    if (!changes.has(beatsPerBar)) {
      changes.set(beatsPerBar, spectrum ? barChanges(times, spectrum, beatsPerBar) : times.map(() => 0));
    }
    return changes.get(beatsPerBar)!;
  };
  const weighted = (weights: Weights, logits: readonly number[]) => (beatsPerBar: number) =>
    times.map((_, i) => {
      const counter = isPlayed[i] ? logits[i]! : 0;
      return weights.counter * counter + weights.listener * listener[i]! + weights.change * changesOf(beatsPerBar)[i]!;
    });
  return {
    ofBar: weighted(OF_BAR, beats.counter),
    ofPart: weighted(OF_PART, beats.local),
    ofSong: weighted(OF_SONG, beats.counter),
  };
}

/** For each beat whether there is a hit within a beat of it: silence is no evidence. */
function playedBeats(times: readonly number[], hits: readonly Hit[]): boolean[] {
  let next = 0;
  return times.map((time, i) => {
    const from = times[i - 1] ?? time - 1;
    const to = times[i + 1] ?? time + 1;
    while (next < hits.length && hits[next]!.time <= from) next++;
    return next < hits.length && hits[next]!.time < to;
  });
}

/** Logit of the listener's downbeat probability, nearer to 0 where it hears hardly a beat. */
function listenerLogit(observed: Observations, time: number): number {
  const frame = Math.round(time * observed.fps);
  const beat = greatestNear(observed.beat, frame);
  if (beat < AUDIBLE) return 0;
  const probability = downbeatProbability(observed, frame);
  return Math.min(1, 2 * beat) * Math.log(probability / (1 - probability));
}
