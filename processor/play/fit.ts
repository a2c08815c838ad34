/** How a video is encoded. */
export interface Attempt {
  /** x264's constant rate factor: 0 to 51, a larger one gives a smaller file */
  readonly crf: number;
  /** seconds of the video that are encoded */
  readonly seconds: number;
}

/** Score pictures are sharp at the first value and still legible at the second one. */
export const BEST_CRF = 27;
const WORST_CRF = 39;
/** x264 halves the size for about so much of its rate factor (x264's documentation). */
const CRF_OF_HALF = 6;
/** bits per second of the sound, at most and at least */
const BEST_AUDIO = 128_000;
const LEAST_AUDIO = 48_000;
/** share of the limit that is used: the container and the encoder's rate control need some */
const USED = 0.97;

/** @returns the bits per second that a video of this size leaves for its sound; undefined if they are too few */
export function audioRate(videoBytes: number, seconds: number, maxBytes: number): number | undefined {
  const rate = Math.floor((8 * (USED * maxBytes - videoBytes)) / seconds);
  return rate < LEAST_AUDIO ? undefined : Math.min(BEST_AUDIO, rate);
}

/**
 * Decides what to encode after an attempt that became too large: first the quality is lowered, then the end is cut off.
 *
 * @param videoBytes size of the attempt without sound
 * @param barEnds seconds of the video at which it may be cut, in order
 * @returns undefined if not even the first bar fits
 */
export function smallerAttempt(
  { crf, seconds }: Attempt,
  videoBytes: number,
  maxBytes: number,
  barEnds: readonly number[],
): Attempt | undefined {
  const audioBytes = (seconds * LEAST_AUDIO) / 8;
  const room = USED * maxBytes - audioBytes;
  const needed = room > 0 ? crf + Math.max(1, Math.ceil(CRF_OF_HALF * Math.log2(videoBytes / room))) : WORST_CRF + 1;
  if (needed <= WORST_CRF) return { crf: needed, seconds };
  const bytesAtWorst = videoBytes / 2 ** ((WORST_CRF - crf) / CRF_OF_HALF) + audioBytes;
  const fitting = Math.min(0.95 * seconds, (USED * USED * maxBytes * seconds) / bytesAtWorst);
  const end = barEnds.findLast((time) => time <= fitting);
  return end === undefined ? undefined : { crf: WORST_CRF, seconds: end };
}
