import type { CoarseSpectrum } from "../coarse-spectrum.ts";

/** What the listener found out about beats and bars. */
export interface Observations {
  /** frames per second */
  readonly fps: number;
  /** 0..1 per frame */
  readonly beat: Float32Array;
  /** 0..1 per frame */
  readonly downbeat: Float32Array;
  /** what sounds; absent where only activations are known */
  readonly spectrum?: CoarseSpectrum;
}

/** frames around a beat in which its activations may have their maximum */
const REACH = 3;
/** Downbeats have twice the weight in the network's training, which doubles the odds in its output. */
const TRAINED_ODDS = 2;

/** @returns 0.05..0.95: the probability that a beat at this frame is a downbeat */
export function downbeatProbability({ beat, downbeat }: Observations, frame: number): number {
  const down = greatestNear(downbeat, frame);
  const corrected = down / (down + TRAINED_ODDS * (1 - down));
  return Math.min(0.95, Math.max(0.05, corrected / Math.max(greatestNear(beat, frame), 1e-3)));
}

/** The greatest value within three frames. */
export function greatestNear(values: Float32Array, frame: number): number {
  let top = 0;
  for (let n = Math.max(0, frame - REACH); n <= Math.min(values.length - 1, frame + REACH); n++) {
    top = Math.max(top, values[n]!);
  }
  return top;
}
