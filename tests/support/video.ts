import { spawnSync } from "node:child_process";
import { findFfmpeg } from "@groovesheet/processor/ffmpeg.ts";
import { VIDEO_HEIGHT, VIDEO_WIDTH } from "@groovesheet/processor/play/frames.ts";

/** A decoded frame of a play-along video. */
export interface VideoFrame {
  /** seconds */
  readonly time: number;
  /** x of the middle of the marker, pixels; undefined where there is none */
  readonly marker: number | undefined;
  /** 0..255, row by row */
  readonly luma: Uint8Array;
}

const RATE = 44_100;
const FRAME_BYTES = (VIDEO_WIDTH * VIDEO_HEIGHT * 3) / 2;
/** a row below the staff that is played and above the next one, where only the marker is seen */
const MARKER_ROW = 408;

/** Decodes the frames of a video with their times. */
export function videoFrames(path: string): VideoFrame[] {
  const args = ["-hide_banner", "-i", path, "-map", "0:v", "-vf", "showinfo", "-vsync", "passthrough"];
  const { stdout, stderr } = spawnSync(findFfmpeg(), [...args, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"], {
    maxBuffer: 2 ** 30,
  });
  const times = [...stderr.toString("latin1").matchAll(/ n: *\d+ .*?pts_time:([\d.]+)/g)].map(([, time]) =>
    Number(time),
  );
  return times.map((time, index) => {
    const bytes = stdout.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
    return { time, marker: markerIn(bytes), luma: bytes.subarray(0, VIDEO_WIDTH * VIDEO_HEIGHT) };
  });
}

/** The marker is the only thing with a colour below the header. */
function markerIn(bytes: Uint8Array): number | undefined {
  const width = VIDEO_WIDTH / 2;
  const start = VIDEO_WIDTH * VIDEO_HEIGHT + (MARKER_ROW / 2) * width;
  const columns = Array.from(bytes.subarray(start, start + width)).flatMap((u, x) => (u < 105 ? [2 * x] : []));
  return columns.length === 0 ? undefined : (columns[0]! + columns.at(-1)! + 2) / 2;
}

/** A click of the metronome. */
export interface HeardClick {
  /** seconds */
  readonly time: number;
  readonly accent: boolean;
}

/**
 * Finds the clicks in a sound that has nothing else above 1 kHz: the difference of samples shows them alone. An accent is
 * higher: it rises through zero more than 17 times in its first 12 ms.
 */
export function clicksIn(samples: Float32Array): HeardClick[] {
  const clicks: HeardClick[] = [];
  for (let i = 2; i < samples.length; i++) {
    const edge = Math.abs(samples[i]! - 2 * samples[i - 1]! + samples[i - 2]!);
    if (edge <= 0.006 || i / RATE - (clicks.at(-1)?.time ?? -1) <= 0.15) continue;
    const cycles = risingZeros(samples.subarray(i, i + Math.round(0.012 * RATE)));
    clicks.push({ time: i / RATE, accent: cycles > 17 });
  }
  return clicks;
}

/** @returns how often the sound rises through zero */
export function risingZeros(samples: Float32Array): number {
  let count = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i - 1]! < 0 && samples[i]! >= 0) count++;
  return count;
}

/** The darkest pixel in the middle of the marker, between the lines of the staff that is played. */
export function darkestUnderMarker({ marker, luma }: VideoFrame): number {
  let least = 255;
  for (let y = 255; y < 345; y++) {
    for (let x = marker! - 6; x <= marker! + 6; x++) {
      const line = [270, 287, 305, 322, 340].some((staffLine) => Math.abs(y - staffLine) < 4);
      if (!line) least = Math.min(least, luma[y * VIDEO_WIDTH + x]!);
    }
  }
  return least;
}

/** Decodes the sound of a file to mono. @returns samples at 44,100 Hz */
export function soundOf(path: string): Float32Array {
  const args = ["-v", "error", "-i", path, "-map", "0:a", "-ac", "1", "-ar", String(RATE), "-f", "f32le", "pipe:1"];
  const { stdout } = spawnSync(findFfmpeg(), args, { maxBuffer: 2 ** 30 });
  return new Float32Array(stdout.buffer, stdout.byteOffset, stdout.byteLength >> 2);
}
