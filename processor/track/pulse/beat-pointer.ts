/**
 * Beat-pointer model (Krebs, Böck, Widmer: An efficient state-space model for joint tempo and meter tracking, ISMIR
 * 2015, without its bars): a hidden Markov model whose state is a position between two beats at some tempo, which advances
 * by one frame at each step. The tempo may change at beats; Viterbi decoding finds the path that explains the beat
 * activation best.
 *
 * Between beats there is no choice, so each tempo is a delay line: a path that enters it leaves it one period later, and
 * only beats need computing.
 */
import { makeTempi, type Tempo } from "./tempi.ts";

/** Prior probability that a frame belongs to a beat (1/λ of the observation model). */
const BEAT_SHARE = 1 / 16;
/**
 * Frames in which a beat is observed. The paper takes a share of the period; the network's peaks have one width at all
 * tempi, and a share would favour slow tempi.
 */
const OBSERVED = 3;
/** a lower beat activation is no sign of music */
export const AUDIBLE = 0.15;
/** Seconds without such a sign after which silence is no evidence against beats: in a break of the band the pulse goes on. */
const BREAK = 1.5;

/**
 * @param activation 0..1 for each frame: a beat is here
 * @param fps frames per second
 * @param bpm where the user gave the tempo
 * @returns frames of the beats of the most probable path, in order; empty for less than one beat of sound
 */
export function trackBeats(activation: Float32Array, fps: number, bpm?: number): number[] {
  const tempi = makeTempi(fps, bpm);
  const frames = activation.length;
  const gain = cumulativeGain(activation, Math.round(BREAK * fps));
  /** for each tempo, the scores of the paths that entered it in its last period, by frame modulo the period */
  const lines = tempi.map(({ period, prior }) => new Float64Array(period).fill(prior));
  /** frames × tempi: the tempo before each beat */
  const before = new Uint8Array(frames * tempi.length);
  const leaving = new Float64Array(tempi.length);
  for (let frame = 0; frame < frames; frame++) {
    for (let t = 0; t < tempi.length; t++) leaving[t] = lines[t]![frame % tempi[t]!.period]!;
    const seen = gain[Math.min(frames, frame + OBSERVED)]! - gain[frame]!;
    for (let t = 0; t < tempi.length; t++) {
      const source = bestSource(tempi[t]!, leaving);
      before[frame * tempi.length + t] = source.tempo;
      lines[t]![frame % tempi[t]!.period] = source.score + tempi[t]!.prior + seen;
    }
  }
  return traceBack(tempi, before, bestEnd(tempi, lines, frames));
}

function bestSource({ firstSource, sourceCosts }: Tempo, leaving: Float64Array): { tempo: number; score: number } {
  let score = Number.NEGATIVE_INFINITY;
  let tempo = 0;
  for (let i = 0; i < sourceCosts.length; i++) {
    const reached = leaving[firstSource + i]! + sourceCosts[i]!;
    if (reached > score) {
      score = reached;
      tempo = firstSource + i;
    }
  }
  return { tempo, score };
}

/** The last beat of a path: its tempo, and the frame at which it was entered. */
interface Entry {
  readonly tempo: number;
  readonly frame: number;
}

/** How the best path ends: the beat that it was in after the last frame. */
function bestEnd(tempi: readonly Tempo[], lines: readonly Float64Array[], frames: number): Entry {
  let best = Number.NEGATIVE_INFINITY;
  let end: Entry = { tempo: 0, frame: -1 };
  for (const [tempo, { period }] of tempi.entries()) {
    for (let frame = Math.max(0, frames - period); frame < frames; frame++) {
      const score = lines[tempo]![frame % period]!;
      if (score > best) {
        best = score;
        end = { tempo, frame };
      }
    }
  }
  return end;
}

function traceBack(tempi: readonly Tempo[], before: Uint8Array, end: Entry): number[] {
  const beats: number[] = [];
  let { tempo, frame } = end;
  while (frame >= 0) {
    beats.push(frame + (OBSERVED - 1) / 2);
    tempo = before[frame * tempi.length + tempo]!;
    frame -= tempi[tempo]!.period;
  }
  return beats.reverse();
}

/** Cumulative log-likelihood ratio of a beat against no beat; constant in a break. */
function cumulativeGain(activation: Float32Array, breakFrames: number): Float64Array {
  const gain = new Float64Array(activation.length + 1);
  const untilAudible = framesUntilAudible(activation);
  let sinceAudible = Number.POSITIVE_INFINITY;
  for (let n = 0; n < activation.length; n++) {
    sinceAudible = activation[n]! >= AUDIBLE ? 0 : sinceAudible + 1;
    const p = Math.min(Math.max(activation[n]!, 1e-3), 0.999);
    const earned = Math.log(p) - Math.log(((1 - p) * BEAT_SHARE) / (1 - BEAT_SHARE));
    const isBreak = Math.min(sinceAudible, untilAudible[n]!) > breakFrames;
    gain[n + 1] = gain[n]! + (isBreak ? 0 : earned);
  }
  return gain;
}

function framesUntilAudible(activation: Float32Array): Float64Array {
  const frames = new Float64Array(activation.length);
  let next = Number.POSITIVE_INFINITY;
  for (let n = activation.length - 1; n >= 0; n--) {
    next = activation[n]! >= AUDIBLE ? 0 : next + 1;
    frames[n] = next;
  }
  return frames;
}
