import { fourierTransform } from "../numeric/fft.ts";

/** The training code uses the same numbers; a parity test compares the two implementations. */
export const SAMPLE_RATE = 44_100;
/** frames per second */
export const FPS = 100;
const HOP = SAMPLE_RATE / FPS;
const WINDOW = 2048;
/** a full-scale sine has magnitude 1, so details of 1/1000 still change the logarithm */
const SCALE = 1000;
const LOWEST_HZ = 30;
const HIGHEST_HZ = 17_000;
const BANDS_PER_OCTAVE = 12;

interface Band {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

const FILTERBANK = makeFilterbank();
/** values per frame */
export const BANDS = FILTERBANK.length;
/** of the spectrum, that the bands reach */
const BINS = Math.max(...FILTERBANK.map(({ firstBin, weights }) => firstBin + weights.length));
const HANN = Float64Array.from(
  { length: WINDOW },
  (_, n) => ((0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW)) * 2) / (WINDOW / 2),
);

/**
 * Log-magnitude, log-frequency frames (after Schlüter and Böck 2014, with a wider window). Frame n is centred on sample
 * n · 441 - lead.
 *
 * @param channels of equal length at 44 100 Hz; their mean is used
 * @param gain applied to the samples first; see `loudnessGain`
 * @param lead samples of silence inserted before the recording
 * @returns frames × BANDS, row by row
 */
export async function logSpectrogram(channels: readonly Float32Array[], gain: number, lead = 0): Promise<Float32Array> {
  const frames = Math.floor(channels[0]!.length / HOP) + 1;
  const out = new Float32Array(frames * BANDS);
  const fft = await fourierTransform("real", WINDOW);
  const weights = HANN.map((value) => (gain / channels.length) * value);
  const sums = new Float32Array(WINDOW); // of the channels, under the window; the next frame keeps all but the first HOP
  const magnitudes = new Float64Array(BINS);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * HOP - WINDOW / 2 - lead;
    sums.copyWithin(0, HOP);
    sumChannels(channels, start, sums, frame === 0 ? 0 : WINDOW - HOP);
    for (let n = 0; n < WINDOW; n++) fft.input[n] = sums[n]! * weights[n]!;
    fft.forward();
    for (let k = 1; k < BINS; k++) {
      magnitudes[k] = Math.sqrt(fft.output[2 * k]! ** 2 + fft.output[2 * k + 1]! ** 2);
    }
    writeBands(magnitudes, out, frame * BANDS);
  }
  return out;
}

/** Writes the sums of the channels from sample `start` on into `sums`, from index `from` on; outside they are silent. */
function sumChannels(channels: readonly Float32Array[], start: number, sums: Float32Array, from: number): void {
  sums.fill(0, from);
  for (const channel of channels) {
    const first = Math.max(from, -start);
    const end = Math.min(WINDOW, channel.length - start);
    for (let n = first; n < end; n++) sums[n]! += channel[start + n]!;
  }
}

function writeBands(magnitudes: Float64Array, out: Float32Array, offset: number): void {
  for (let band = 0; band < BANDS; band++) {
    const { firstBin, weights } = FILTERBANK[band]!;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * magnitudes[firstBin + i]!;
    out[offset + band] = Math.log10(1 + SCALE * sum);
  }
}

/**
 * @param channels of equal length at 44 100 Hz; their mean is used
 * @returns the factor that brings the loud part of a song (root mean square of the loudest 30 % of its tenths of a
 *   second) to 0.1 of full scale; 0 for digital silence
 */
export function loudnessGain(channels: readonly Float32Array[]): number {
  const block = SAMPLE_RATE / 10;
  const { length } = channels[0]!;
  const power: number[] = [];
  for (let start = 0; start + block <= length; start += block) {
    let sum = 0;
    for (let i = start; i < start + block; i++) {
      let sample = 0;
      for (const channel of channels) sample += channel[i]!;
      sum += (sample / channels.length) ** 2;
    }
    power.push(sum / block);
  }
  power.sort((a, b) => b - a);
  const loud = power.slice(0, Math.max(1, Math.floor(power.length * 0.3)));
  const level = Math.sqrt(loud.reduce((a, b) => a + b, 0) / Math.max(1, loud.length));
  return level === 0 ? 0 : 0.1 / Math.max(level, 1e-6);
}

/** Triangles, 12 per octave, never closer than one FFT bin; each sums to 1, so that a band is a weighted mean. */
function makeFilterbank(): Band[] {
  const hzPerBin = SAMPLE_RATE / WINDOW;
  const steps = Math.ceil(Math.log2(HIGHEST_HZ / LOWEST_HZ) * BANDS_PER_OCTAVE + 1);
  const exact = Array.from({ length: steps }, (_, i) => (LOWEST_HZ * 2 ** (i / BANDS_PER_OCTAVE)) / hzPerBin);
  const centres = [...new Set(exact.map(Math.round))];
  return centres.map((centre, i) => {
    const low = i === 0 ? centre - 1 : centres[i - 1]!;
    const high = centres[i + 1] ?? centre + 1;
    const firstBin = Math.max(low, 0);
    const weights = Float64Array.from({ length: high - firstBin + 1 }, (_, n) => {
      const bin = firstBin + n;
      return Math.max(0, Math.min((bin - low) / Math.max(centre - low, 1), (high - bin) / Math.max(high - centre, 1)));
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    return { firstBin, weights: weights.map((w) => w / sum) };
  });
}
