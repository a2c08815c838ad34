import type { Beat } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";

/** What is known of a recording. */
export interface Truth {
  /** as "6/8" */
  readonly meter: string;
  /** of the beats that are counted: dotted quarters in 6/8 */
  readonly bpm: number;
  readonly beats: readonly Beat[];
  readonly hits: readonly { readonly time: number; readonly piece: Piece; readonly velocity: number }[];
}

export interface Answer {
  readonly meter: string;
  readonly tempo: number;
  readonly beats: readonly Beat[];
}

export interface Verdict {
  readonly meter: boolean;
  readonly octave: boolean;
  readonly downbeat: boolean;
  /** F-measures at 70 ms */
  readonly beatF: number;
  readonly downbeatF: number;
}

/** Seconds around a beat in which it is found, as the field has it. */
const NEAR = 0.07;
/** Part by which a tempo may differ and be the same. */
const SAME_TEMPO = 0.08;
/** F of the downbeats from which the bars of a recording are where they are to be. */
const RIGHT_BARS = 0.8;

export function judge(truth: Truth, answer: Answer): Verdict {
  const downbeatF = fMeasure(downbeats(truth.beats), downbeats(answer.beats));
  return {
    meter: answer.meter === truth.meter,
    octave: Math.abs(answer.tempo / truth.bpm - 1) < SAME_TEMPO,
    downbeat: downbeatF >= RIGHT_BARS,
    beatF: fMeasure(times(truth.beats), times(answer.beats)),
    downbeatF,
  };
}

const times = (beats: readonly Beat[]) => beats.map((beat) => beat.time);
const downbeats = (beats: readonly Beat[]) => times(beats.filter((beat) => beat.position === 1));

/** Both in order of time; each is matched once at most. */
function fMeasure(expected: readonly number[], found: readonly number[]): number {
  let matched = 0;
  for (let i = 0, j = 0; i < expected.length && j < found.length; ) {
    const late = found[j]! - expected[i]!;
    if (Math.abs(late) <= NEAR) {
      matched++;
      i++;
      j++;
    } else if (late < 0) j++;
    else i++;
  }
  return (2 * matched) / Math.max(1, expected.length + found.length);
}
