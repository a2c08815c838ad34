import { BANDS, FPS } from "./listen/features.ts";

/** Frames of the spectrogram that are averaged to one of the coarse spectrum. */
const FRAMES = 10;

/** A spectrogram with few frames: what sounds, rather than what is struck. */
export interface CoarseSpectrum {
  /** frames per second */
  readonly fps: number;
  readonly bands: number;
  /** frames × bands */
  readonly values: Float32Array;
}

/** @param spectrogram frames × BANDS, at FPS, of `logSpectrogram` */
export function coarseSpectrum(spectrogram: Float32Array): CoarseSpectrum {
  const frames = Math.floor(spectrogram.length / BANDS / FRAMES);
  const values = new Float32Array(frames * BANDS);
  for (let frame = 0; frame < frames * FRAMES; frame++) {
    const into = Math.floor(frame / FRAMES) * BANDS;
    for (let band = 0; band < BANDS; band++) values[into + band]! += spectrogram[frame * BANDS + band]! / FRAMES;
  }
  return { fps: FPS / FRAMES, bands: BANDS, values };
}
