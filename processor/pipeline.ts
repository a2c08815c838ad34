import type { Device } from "@groovesheet/jobs/devices.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { notice } from "@groovesheet/jobs/notices.ts";
import type { Format, ListenOptions, NotateOptions } from "@groovesheet/jobs/options.ts";
import type { Performance } from "@groovesheet/jobs/performance.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import { synthesisePerformance } from "./audition/audition.ts";
import { decode } from "./decode/decode.ts";
import { encodeMp3 } from "./decode/encode.ts";
import type { DecodeLimits } from "./decode/limits.ts";
import { type EngravedFile, engrave } from "./engrave/engrave.ts";
import { availableDevices } from "./inference.ts";
import { type Hearing, hear, listen } from "./listen/listen.ts";
import { notate } from "./notate/notate.ts";
import type { Recording } from "./recording.ts";
import type { Score } from "./score.ts";
import { isSeparationAvailable, separate } from "./separate/separate.ts";
import { track } from "./track/track.ts";

export interface PipelineOptions {
  readonly listen: ListenOptions;
  readonly notate: NotateOptions;
  /** the score's title if neither the user nor the recording's tags give one, such as the file's name */
  readonly untitled?: string | undefined;
  readonly formats: readonly Format[];
  /** the recording to play beside the score, in one sound file for checking by ear */
  readonly audition?: { readonly path: string; readonly limits: DecodeLimits } | undefined;
  /** in the order of preference */
  readonly devices: readonly Device[];
  readonly limits: DecodeLimits;
  /** receives the seconds of music as soon as they are known */
  readonly onDuration?: ((seconds: number) => void) | undefined;
  readonly onProgress?: ((stage: Stage, fraction: number) => void) | undefined;
  readonly onLog?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file of the score, or the performance itself; suffixes are ".musicxml", "-1.png", ".performance.json". */
export type Artifact = EngravedFile;

export interface Transcription {
  readonly performance: Performance;
  readonly score: Score;
  readonly files: readonly Artifact[];
  /** seconds that each stage took */
  readonly stageSeconds: Readonly<Partial<Record<Stage, number>>>;
  /** where the network ran; absent where nothing was listened to */
  readonly device?: Device;
}

/**
 * Runs the whole pipeline: decode, separate (if asked for), listen, track, notate, engrave.
 *
 * @param path a file that FFmpeg reads
 * @throws UserError for what the user can fix; the signal's reason if it is aborted
 */
export async function transcribe(path: string, options: PipelineOptions): Promise<Transcription> {
  const { devices, onLog, signal } = options;
  const runStage = stageRunner(options);
  const recording = await runStage("decode", (onProgress) =>
    decode(path, options.limits, { part: options.listen, onProgress, signal }),
  );
  options.onDuration?.(recording.duration);
  const plan = await planSeparation(options);
  const { drums, mix } = plan.separate
    ? await runStage("separate", (onProgress) => splitDrums(recording, { devices, onLog, onProgress, signal }))
    : { drums: recording };
  const heard = await runStage("listen", (onProgress) => listen(drums, { devices, onLog, onProgress, signal }, mix));
  const tracked = await runStage("track", () => track(heard, heard.hits, options.listen));
  const performance: Performance = {
    version: 1,
    ...titleOf(recording),
    duration: recording.duration,
    ...(options.listen.from && { from: options.listen.from }),
    hits: [...heard.hits],
    candidates: [...heard.candidates],
    beats: [...tracked.beats],
    tempo: tracked.tempo,
    meter: tracked.meter,
    separated: plan.separate,
    model: heard.model,
    notices: [...recording.notices, ...plan.notices],
  };
  return { ...(await write(performance, options, runStage)), device: heard.device };
}

/** @returns the drums alone, and what the network hears in the mix */
async function splitDrums(
  recording: Recording,
  options: Parameters<typeof separate>[1],
): Promise<{ drums: Recording; mix: Hearing }> {
  const { onProgress, ...quiet } = options;
  const mix = await hear(recording, quiet); // first: separation overwrites the mix with the drums
  return { drums: await separate(recording, { ...quiet, onProgress }), mix };
}

/** Writes the score again from the performance: runs only the last two stages. */
export async function renotate(performance: Performance, options: RenotateOptions): Promise<Transcription> {
  return write(performance, options, stageRunner(options));
}

type WriteOptions = Pick<PipelineOptions, "notate" | "untitled" | "formats" | "audition" | "signal">;
export type RenotateOptions = WriteOptions & Pick<PipelineOptions, "onProgress">;

async function write(performance: Performance, options: WriteOptions, runStage: StageRunner): Promise<Transcription> {
  const title = options.notate.title ?? performance.title ?? options.untitled;
  const score = await runStage("notate", () => notate(performance, { ...options.notate, title }));
  const timing = options.notate.quantised ? "written" : "performed";
  const files: Artifact[] = await runStage("engrave", (onProgress) =>
    engrave(score, options.formats, { timing, onProgress }),
  );
  if (options.formats.includes("json")) files.push(performanceFile(performance));
  if (options.audition) files.push(await makeAudition(score, performance, options.audition, options.signal));
  return { performance, score, files, stageSeconds: runStage.seconds };
}

interface StageRunner {
  <T>(stage: Stage, work: (onProgress: (fraction: number) => void) => T | Promise<T>): Promise<T>;
  readonly seconds: Partial<Record<Stage, number>>;
}

/** Runs stages: reports their progress from 0 to 1, measures their time, and starts none after an abort. */
function stageRunner({ onProgress, signal }: Pick<PipelineOptions, "onProgress" | "signal">): StageRunner {
  const seconds: Partial<Record<Stage, number>> = {};
  const runStage: StageRunner = Object.assign(
    async <T>(stage: Stage, work: (onProgress: (fraction: number) => void) => T | Promise<T>): Promise<T> => {
      signal?.throwIfAborted();
      const start = performance.now();
      onProgress?.(stage, 0);
      const result = await work((fraction) => onProgress?.(stage, fraction));
      onProgress?.(stage, 1);
      seconds[stage] = (performance.now() - start) / 1000;
      return result;
    },
    { seconds },
  );
  return runStage;
}

/** Separation on a CPU takes longer than the song lasts, so `auto` separates only on machines with a GPU. */
async function planSeparation({ listen: { separation }, devices }: PipelineOptions) {
  if (separation === "off") return { separate: false, notices: [] };
  if (separation === "on") {
    if (!isSeparationAvailable()) throw new UserError("separationMissing");
    return { separate: true, notices: [] };
  }
  if (!isSeparationAvailable()) return { separate: false, notices: [notice("separationMissing")] };
  const usable = await availableDevices();
  const gpu = usable.some(({ device, missing }) => device !== "cpu" && !missing && devices.includes(device));
  return gpu ? { separate: true, notices: [] } : { separate: false, notices: [notice("separationSlow")] };
}

/** The song on the left channel, the score on the right one. */
async function makeAudition(
  score: Score,
  { from = 0, duration }: Performance,
  { path, limits }: NonNullable<PipelineOptions["audition"]>,
  signal: AbortSignal | undefined,
): Promise<Artifact> {
  const part = { from, to: from + duration };
  const { channels, sampleRate } = await decode(path, limits, { part, signal });
  const [left, right = left!] = channels;
  const song = left!.map((value, index) => (value + right[index]!) / 2);
  const sides = [song, synthesisePerformance(score, left!.length / sampleRate, sampleRate)] as const;
  return {
    suffix: ".audition.mp3",
    mediaType: "audio/mpeg",
    bytes: await encodeMp3(sides, sampleRate, limits, signal),
  };
}

function titleOf({ title, artist }: Recording): { title?: string; artist?: string } {
  return { ...(title !== undefined && { title }), ...(artist !== undefined && { artist }) };
}

function performanceFile(performance: Performance): Artifact {
  const bytes = new TextEncoder().encode(`${JSON.stringify(performance)}\n`);
  return { suffix: ".performance.json", mediaType: "application/json", bytes };
}
