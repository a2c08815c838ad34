import { fourierTransform } from "../numeric/fft.ts";

/** The transform that HTDemucs was trained with (Rouard, Massa, Défossez 2023): 4096 points, hop 1024, periodic Hann. */
const SIZE = 4096;
const HOP = 1024;
/** Frame f begins 1536 samples before f · HOP, so that the first and the last sample are in as many frames as others. */
const LEAD = (SIZE - HOP) / 2;
/** The Nyquist bin is left out. */
export const BINS = SIZE / 2;
/** Four Hann windows overlap at each sample; their squares sum to this. */
const WINDOW_SUM = 1.5;
const HANN = Float64Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE));
const NORM = Math.sqrt(SIZE);

/** Frames over `length` samples. */
export function frameCount(length: number): number {
  return Math.ceil(length / HOP);
}

/**
 * The spectrogram of two channels, extended by reflection at both ends. Both are transformed at once, as the real and
 * the imaginary part of one signal.
 *
 * @returns [left re, left im, right re, right im] × BINS × frames
 */
export async function spectrogram(left: Float32Array, right: Float32Array): Promise<Float32Array> {
  const frames = frameCount(left.length);
  const plane = BINS * frames;
  const out = new Float32Array(4 * plane);
  const { input, output: bins, forward } = await fourierTransform("complex", SIZE);
  for (let frame = 0; frame < frames; frame++) {
    for (let n = 0; n < SIZE; n++) {
      const i = reflect(frame * HOP - LEAD + n, left.length);
      input[2 * n] = (HANN[n]! / NORM) * left[i]!;
      input[2 * n + 1] = (HANN[n]! / NORM) * right[i]!;
    }
    forward();
    for (let k = 0; k < BINS; k++) {
      const mirror = (SIZE - k) % SIZE;
      const [re, im, mre, mim] = [bins[2 * k]!, bins[2 * k + 1]!, bins[2 * mirror]!, bins[2 * mirror + 1]!];
      const at = k * frames + frame;
      out[at] = (re + mre) / 2;
      out[plane + at] = (im - mim) / 2;
      out[2 * plane + at] = (im + mim) / 2;
      out[3 * plane + at] = (mre - re) / 2;
    }
  }
  return out;
}

/**
 * The sound of a spectrogram of two channels, the inverse of `spectrogram`.
 *
 * @param spectrum [left re, left im, right re, right im] × BINS × frames
 * @returns two channels of `length` samples
 */
export async function soundOf(spectrum: Float32Array, length: number): Promise<[Float32Array, Float32Array]> {
  const frames = frameCount(length);
  const plane = BINS * frames;
  const sound: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)];
  const { input: bins, output, inverse } = await fourierTransform("complex", SIZE);
  bins.fill(0);
  for (let frame = 0; frame < frames; frame++) {
    for (let k = 0; k < BINS; k++) {
      const at = k * frames + frame;
      const zero = k === 0 ? 0 : 1; // a real signal has no imaginary part at 0 Hz
      const [lre, lim] = [spectrum[at]!, zero * spectrum[plane + at]!];
      const [rre, rim] = [spectrum[2 * plane + at]!, zero * spectrum[3 * plane + at]!];
      bins[2 * k] = lre - rim;
      bins[2 * k + 1] = lim + rre;
      if (k === 0) continue;
      bins[2 * (SIZE - k)] = lre + rim;
      bins[2 * (SIZE - k) + 1] = rre - lim;
    }
    inverse();
    addFrame(sound, output, frame * HOP - LEAD);
  }
  return sound;
}

function addFrame([left, right]: [Float32Array, Float32Array], frame: Float32Array, start: number): void {
  const last = Math.min(SIZE, left.length - start);
  for (let n = Math.max(0, -start); n < last; n++) {
    const weight = (HANN[n]! * NORM) / WINDOW_SUM / SIZE; // the inverse transform does not divide by the size
    left[start + n]! += weight * frame[2 * n]!;
    right[start + n]! += weight * frame[2 * n + 1]!;
  }
}

function reflect(index: number, length: number): number {
  if (index < 0) return -index;
  return index < length ? index : 2 * (length - 1) - index;
}
