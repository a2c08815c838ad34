import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FfmpegRun, runFfmpeg } from "../ffmpeg.ts";
import type { Recording } from "../recording.ts";
import { wavChunks } from "../wav.ts";
import { synthesiseClicks } from "./click.ts";
import type { Attempt } from "./fit.ts";
import { VIDEO_HEIGHT, VIDEO_WIDTH } from "./frames.ts";
import type { Timeline } from "./timeline.ts";

/** What FFmpeg runs need: a folder for the files, and the limits of the process. */
export interface Workplace {
  readonly folder: string;
  /** address space of FFmpeg, megabytes */
  readonly maxMegabytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Frames begin at multiples of 1/50 s: at most 10 ms from their beat. */
export const TICKS_PER_SECOND = 50;
/** Frames between key frames, to which a player can jump. */
const KEYFRAME_INTERVAL = 24;
/** seconds of FFmpeg for a second of video, at most, and for its start */
const SLOWEST = 2;
const START_SECONDS = 60;

/**
 * Encodes the frames, each from its own time to that of the next one, as H.264 without sound.
 *
 * @param times seconds at which the frames begin, one for each, rising by at least a tick
 * @returns the path of the video
 */
export async function encodeFrames(
  frames: Iterable<Uint8Array>,
  times: readonly number[],
  { crf, seconds }: Attempt,
  workplace: Workplace,
): Promise<string> {
  const path = join(workplace.folder, "video.mkv"); // Matroska: FFmpeg keeps frames of unequal length there
  const raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", `${VIDEO_WIDTH}x${VIDEO_HEIGHT}`];
  const colours = ["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];
  await run(workplace, seconds, {
    input: frames,
    args: [
      ...[...raw, "-framerate", String(TICKS_PER_SECOND), "-i", "pipe:0"],
      ...["-vf", `setpts='${lookUp(times.map((time) => Math.round(time * TICKS_PER_SECOND)))}'`],
      ...["-c:v", "libx264", "-preset", "veryfast", "-tune", "stillimage", "-crf", String(crf)],
      ...["-bf", "0", "-g", String(KEYFRAME_INTERVAL), "-profile:v", "high", "-level:v", "3.1", ...colours],
      ...["-f", "matroska", "-y", `file:${path}`],
    ],
  });
  return path;
}

/** @returns FFmpeg's expression for the Nth of the values, as a search tree: a list of a thousand is looked up in ten steps */
export function lookUp(values: readonly number[], first = 0): string {
  if (values.length === 1) return String(values[0]);
  const half = values.length >> 1;
  const [low, high] = [lookUp(values.slice(0, half), first), lookUp(values.slice(half), first + half)];
  return `if(lt(N,${first + half}),${low},${high})`;
}

/**
 * Adds the sound to a video: the recording, slowed down without a change of pitch, and the clicks.
 *
 * @param speed percent
 * @param bitRate of the sound, bits per second
 * @returns the path of an MP4 file that a player can start before it has all of it
 */
export async function addSound(
  video: string,
  sound: Recording,
  { clicks, lead }: Timeline,
  { speed, bitRate, seconds }: { readonly speed: number; readonly bitRate: number; readonly seconds: number },
  workplace: Workplace,
): Promise<string> {
  const path = join(workplace.folder, "video.mp4");
  const { channels, sampleRate } = sound;
  const music = join(workplace.folder, "music.wav");
  const click = join(workplace.folder, "click.wav");
  await writeFile(music, wavChunks(channels, sampleRate, Math.round(lead * sampleRate)));
  await writeFile(click, wavChunks([synthesiseClicks(clicks, sampleRate)], sampleRate));
  const stretched = `[1:a]${speed === 100 ? "anull" : `atempo=${speed / 100}`}`;
  // amix divides by the number of its inputs as long as all of them last, so the shorter one is padded
  const mixed = `${stretched}[music];[2:a]apad[click];[music][click]amix=inputs=2:duration=first,volume=${2 * HEADROOM}`;
  await run(workplace, seconds, {
    args: [
      ...["-i", `file:${video}`, "-i", `file:${music}`, "-i", `file:${click}`],
      ...["-filter_complex", `${clicks.length > 0 ? mixed : stretched},aformat=channel_layouts=stereo[sound]`],
      ...["-map", "0:v", "-map", "[sound]", "-c:v", "copy", "-c:a", "aac", "-b:a", String(bitRate)],
      ...["-t", String(seconds), "-movflags", "+faststart", "-map_metadata", "-1", "-f", "mp4", "-y", `file:${path}`],
    ],
  });
  return path;
}

/** A video of 20 minutes takes less. */
const MAX_FILE_MEGABYTES = 2000;

/** The music is turned down so that a click on top of it does not clip. */
const HEADROOM = 0.8;

async function run(
  { folder, maxMegabytes, signal }: Workplace,
  seconds: number,
  { args, input }: Pick<FfmpegRun, "args" | "input">,
): Promise<void> {
  const timeout = START_SECONDS + SLOWEST * seconds;
  const result = await runFfmpeg({
    args: ["-loglevel", "error", ...args],
    timeout,
    maxMegabytes,
    signal,
    input,
    output: { folder, megabytes: MAX_FILE_MEGABYTES },
    onOutput: () => true,
  });
  if (result.timedOut) throw new Error(`FFmpeg took more than ${timeout} s for a video`);
  if (result.status !== 0) throw new Error(`FFmpeg could not make a video: ${result.stderr.trim()}`);
}
