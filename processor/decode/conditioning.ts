/** Samples louder than this are noise of a broken file, not sound: +18 dB over full scale. */
const LOUDEST = 8;
/** Below this nothing can be heard: DC offset and rumble. */
const LOWEST_HZ = 20;
/** The right channel is inverted if the difference of the channels has this many times the energy of their sum. */
const INVERTED_RATIO = 1.5;

/**
 * Cleans one channel, block by block: what is not a number becomes 0, the rest is limited to ±`LOUDEST`, and what lies
 * below 20 Hz, which would count as loudness, is removed by a second-order Butterworth high-pass (Zölzer, DAFX, 2011, table
 * 2.2). The filter starts settled at the first sample, so that an offset makes no thump.
 */
export class Conditioner {
  readonly #norm: number;
  readonly #feedback: readonly [number, number];
  /** the last two inputs, then the last two outputs, the latest first */
  readonly #state = new Float64Array(4);
  #isSettled = false;

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    const k = Math.tan((Math.PI * LOWEST_HZ) / sampleRate);
    this.#norm = 1 / (1 + Math.SQRT2 * k + k * k);
    this.#feedback = [2 * this.#norm * (k * k - 1), this.#norm * (1 - Math.SQRT2 * k + k * k)];
  }

  /** @returns the block, cleaned in place */
  clean(block: Float32Array): Float32Array {
    if (block.length === 0) return block;
    if (!this.#isSettled) this.#state.fill(limited(block[0]!), 0, 2);
    this.#isSettled = true;
    const norm = this.#norm;
    const [a1, a2] = this.#feedback;
    let [x1, x2, y1, y2] = this.#state as unknown as [number, number, number, number];
    for (let i = 0; i < block.length; i++) {
      const x = limited(block[i]!);
      const y = norm * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
      block[i] = y;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
    }
    this.#state.set([x1, x2, y1, y2]);
    return block;
  }
}

function limited(sample: number): number {
  if (sample <= LOUDEST && sample >= -LOUDEST) return sample;
  return Number.isFinite(sample) ? Math.sign(sample) * LOUDEST : 0;
}

/** Whether one of two channels is inverted: the mean of both, which is listened to, would lack what is in both. */
export class Polarity {
  #sum = 0;
  #difference = 0;

  /** @param right as long as `left` */
  add(left: Float32Array, right: Float32Array): void {
    let [sum, difference] = [0, 0];
    for (let i = 0; i < left.length; i++) {
      sum += (left[i]! + right[i]!) ** 2;
      difference += (left[i]! - right[i]!) ** 2;
    }
    this.#sum += sum;
    this.#difference += difference;
  }

  get isInverted(): boolean {
    return this.#difference > INVERTED_RATIO * this.#sum;
  }
}

/** Inverts a channel in place. */
export function invert(channel: Float32Array): void {
  for (let i = 0; i < channel.length; i++) channel[i] = -channel[i]!;
}

/**
 * Scales a recording over full scale down, in place, so that nothing is clipped.
 *
 * @returns the peak before, 0 for silence
 */
export function normalise(channels: readonly Float32Array[]): number {
  let peak = 0;
  for (const channel of channels) {
    for (let i = 0; i < channel.length; i++) peak = Math.max(peak, Math.abs(channel[i]!)); // ten times as fast as for...of
  }
  if (peak > 1) for (const channel of channels) for (let i = 0; i < channel.length; i++) channel[i]! /= peak;
  return peak;
}
