import type { Beat } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";

/** Ground truth of a recording. */
export interface Truth {
  /** as "6/8" */
  readonly meter: string;
  /** of the beats as counted: dotted quarters in 6/8 */
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

/** Seconds: the tolerance for beats, as usual in the field. */
const NEAR = 0.07;
/** Relative tolerance for tempi. */
const SAME_TEMPO = 0.08;
/** Bars of a recording are right from this F of the downbeats on. */
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

/** Both in order of time; each beat is matched at most once. */
export function fMeasure(expected: readonly number[], found: readonly number[]): number {
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
