/** What the network heard of the beat. */
export interface Observations {
  /** frames per second */
  readonly fps: number;
  /** 0..1 per frame */
  readonly beat: Float32Array;
  /** 0..1 per frame */
  readonly downbeat: Float32Array;
}

/** frames around a beat in which its activations may be greatest */
const REACH = 3;
/** A downbeat counts twice in the training of the network, which doubles the odds that it answers. */
const TRAINED_ODDS = 2;

/** @returns 0.05..0.95: how probable it is that a beat at this frame is a downbeat */
export function downbeatShare({ beat, downbeat }: Observations, frame: number): number {
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
