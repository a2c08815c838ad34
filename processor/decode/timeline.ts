import { median } from "../numeric/median.ts";

/** A decoded frame as FFmpeg reports it. */
export interface DecodedFrame {
  /** seconds of decoded sound before it */
  readonly position: number;
  /** its timestamp in the file, seconds */
  readonly time: number;
}

/** Sound without interruption. */
export interface Segment {
  /** seconds of decoded sound before it */
  readonly position: number;
  /** seconds at which it is played; negative if its beginning is not wanted */
  readonly time: number;
}

/** Timestamps closer than this to the end of the sound before them continue it, seconds. */
const TOLERANCE = 0.005;
/** Timestamps that go back farther than this begin anew, as in joined files, seconds. */
const MAX_OVERLAP = 0.1;
/** Frames over which timestamps are smoothed; single wrong ones have no effect. */
const MEDIAN_FRAMES = 9;

/** Reads the lines of FFmpeg's filter `ashowinfo` behind `asettb=1/sr`. */
export class FrameLog {
  readonly frames: DecodedFrame[] = [];
  #position = 0;

  /** @returns whether the line described a frame */
  add(line: string): boolean {
    if (!line.includes("ashowinfo")) return false;
    const match = / pts: *(-?\d+|NOPTS) .* rate: *(\d+) nb_samples: *(\d+)/.exec(line);
    if (match) {
      const rate = Number(match[2]);
      if (match[1] !== "NOPTS") this.frames.push({ position: this.#position, time: Number(match[1]) / rate });
      this.#position += Number(match[3]) / rate;
    }
    return true;
  }
}

/**
 * Places decoded sound where a player plays it: gaps between timestamps stay gaps, a late start stays late.
 *
 * @param origin timestamp of the start of the recording, seconds
 * @param maxGap longer gaps are taken for joined files, seconds
 * @returns in order of position; one segment at 0 if there are no timestamps
 */
export function segmentsOf(frames: readonly DecodedFrame[], origin: number, maxGap: number): readonly Segment[] {
  if (frames.length === 0) return [{ position: 0, time: 0 }];
  const offsets = medianFilter(frames.map(({ position, time }) => time - origin - position));
  const segments: Segment[] = [{ position: 0, time: offsets[0]! }];
  let [offset, joined] = [offsets[0]!, 0];
  for (let i = 1; i < frames.length; i++) {
    const step = offsets[i]! - offsets[i - 1]!;
    if (step < -MAX_OVERLAP || step > maxGap) joined += step;
    const next = offsets[i]! - joined;
    if (Math.abs(next - offset) < TOLERANCE) continue;
    offset = next;
    segments.push({ position: frames[i]!.position, time: frames[i]!.position + offset });
  }
  return segments;
}

/**
 * @param channels decoded sound
 * @param maxFrames at which the result is cut off
 * @returns each segment at its time, silence between them; later segments replace what they overlap
 */
export function placeSegments(
  channels: readonly Float32Array[],
  segments: readonly Segment[],
  sampleRate: number,
  maxFrames: number,
): Float32Array[] {
  const length = channels[0]!.length;
  const first = Math.round(segments[0]!.time * sampleRate);
  if (segments.length === 1 && first <= 0)
    return channels.map((channel) => channel.subarray(-first, maxFrames - first));
  const pieces = segments.map(({ position, time }, i) => {
    const start = Math.min(length, Math.round(position * sampleRate));
    const end = Math.min(length, Math.round((segments[i + 1]?.position ?? Number.POSITIVE_INFINITY) * sampleRate));
    return { start, end, at: Math.round(time * sampleRate) };
  });
  const total = Math.max(0, Math.min(maxFrames, Math.max(...pieces.map(({ start, end, at }) => at + end - start))));
  return channels.map((channel) => {
    const placed = new Float32Array(total);
    for (const { start, end, at } of pieces) {
      const from = start + Math.max(0, -at);
      const to = Math.min(end, start + total - at);
      if (from < to) placed.set(channel.subarray(from, to), at + from - start);
    }
    return placed;
  });
}

function medianFilter(values: readonly number[]): number[] {
  const half = (MEDIAN_FRAMES - 1) / 2;
  return values.map((value, i) => {
    const reach = Math.min(half, i, values.length - 1 - i);
    return reach === 0 ? value : median(values.slice(i - reach, i + reach + 1));
  });
}
