import { readFile, rm, stat } from "node:fs/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { PlayOptions } from "@groovesheet/jobs/options.ts";
import { temporaryFolder } from "@groovesheet/jobs/processes/temporary.ts";
import type { Strip } from "../picture.ts";
import type { OnProgress, Recording } from "../recording.ts";
import type { Score } from "../score.ts";
import { addSound, encodeFrames, TICKS_PER_SECOND, type Workplace } from "./encode.ts";
import { type Attempt, audioRate, BEST_CRF, smallerAttempt } from "./fit.ts";
import { drawFrames, type Labels } from "./frames.ts";
import { layTimeline, type Mark, type Timeline } from "./timeline.ts";

/** What the video shows and plays. */
export interface PlayContent {
  readonly score: Score;
  /** the lines of the score; their measures' beats are those of the score */
  readonly strips: readonly Strip[];
  readonly labels: Labels;
  /** as long as the recording that was heard, and from the same second on */
  readonly sound: Recording;
}

export interface PlayVideo {
  /** MP4: H.264 and AAC */
  readonly bytes: Uint8Array;
  /** seconds at which the video ends although the recording goes on, because more would be too large */
  readonly cutAt?: number;
}

interface PlaySettings extends PlayOptions {
  /** address space of FFmpeg, megabytes */
  readonly maxMegabytes: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An estimate of the size that is wrong more often than this has another cause. */
const MAX_ATTEMPTS = 6;

/**
 * Makes a video to play along with: the score with a marker that follows the beat, and the recording as sound.
 *
 * @throws UserError videoTooLarge where not even one bar fits; the signal's reason if it is aborted
 */
export async function makePlayVideo(content: PlayContent, settings: PlaySettings): Promise<PlayVideo> {
  const { maxMegabytes, signal, onProgress } = settings;
  const timeline = layTimeline(content.score, content.strips, content.sound.duration, settings);
  const folder = await temporaryFolder();
  const workplace: Workplace = { folder, maxMegabytes, signal };
  try {
    let attempt: Attempt | undefined = { crf: BEST_CRF, seconds: timeline.duration };
    for (let n = 0; attempt && n < MAX_ATTEMPTS; n++) {
      const { seconds }: Attempt = attempt;
      const video = await encodePicture(content, timeline, attempt, workplace, onProgress);
      const { size } = await stat(video);
      const bitRate = audioRate(size, seconds, settings.maxBytes);
      if (bitRate !== undefined) {
        const path = await addSound(video, content.sound, timeline, { ...settings, bitRate, seconds }, workplace);
        const bytes = new Uint8Array(await readFile(path));
        if (bytes.byteLength <= settings.maxBytes) {
          return { bytes, ...(seconds < timeline.duration && { cutAt: seconds }) };
        }
      }
      attempt = smallerAttempt(attempt, size, settings.maxBytes, timeline.barEnds);
    }
    throw new UserError("videoTooLarge", { megabytes: settings.maxBytes / 1e6 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function encodePicture(
  { strips, labels }: PlayContent,
  timeline: Timeline,
  attempt: Attempt,
  workplace: Workplace,
  onProgress: OnProgress | undefined,
): Promise<string> {
  const marks = marksUntil(timeline, attempt.seconds);
  const frames = reporting(drawFrames(marks, strips, labels), marks.length, onProgress);
  const times = marks.map(({ time }) => time);
  return encodeFrames(frames, times, attempt, workplace);
}

/** One mark a tick at most, and the last one again at the end, so that the picture lasts as long as the sound. */
function marksUntil({ marks }: Timeline, end: number): Mark[] {
  const last = end - 1 / TICKS_PER_SECOND;
  const kept = new Map<number, Mark>();
  for (const mark of marks) if (mark.time < last) kept.set(Math.round(mark.time * TICKS_PER_SECOND), mark);
  const shown = [...kept.values()];
  return [...shown, { ...shown.at(-1)!, time: last }];
}

function* reporting(frames: Iterable<Uint8Array>, count: number, onProgress: OnProgress | undefined) {
  let done = 0;
  for (const frame of frames) {
    yield frame;
    onProgress?.(Math.min(1, ++done / count));
  }
}
