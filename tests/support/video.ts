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

/** Decodes the sound of a file to mono. @returns samples at 44 100 Hz */
export function soundOf(path: string): Float32Array {
  const args = ["-v", "error", "-i", path, "-map", "0:a", "-ac", "1", "-ar", "44100", "-f", "f32le", "pipe:1"];
  const { stdout } = spawnSync(findFfmpeg(), args, { maxBuffer: 2 ** 30 });
  return new Float32Array(stdout.buffer, stdout.byteOffset, stdout.byteLength >> 2);
}
