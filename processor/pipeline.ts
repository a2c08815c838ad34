import { UserError } from "@groovesheet/jobs/errors.ts";
import { writeNotice } from "@groovesheet/jobs/notices.ts";
import type { Format, ListenOptions, NotateOptions } from "@groovesheet/jobs/options.ts";
import type { Performance } from "@groovesheet/jobs/performance.ts";
import { play } from "./audition/audition.ts";
import { decode } from "./decode/decode.ts";
import { encodeMp3 } from "./decode/encode.ts";
import type { DecodeLimits } from "./decode/limits.ts";
import { type EngravedFile, engrave } from "./engrave/engrave.ts";
import { availableDevices, type Device } from "./inference.ts";
import { hear, type Impression, listen } from "./listen/listen.ts";
import { notate } from "./notate/notate.ts";
import type { Recording } from "./recording.ts";
import type { Score } from "./score.ts";
import { isSeparationAvailable, separate } from "./separate/separate.ts";
import { track } from "./track/track.ts";

export type Stage = "decode" | "separate" | "listen" | "track" | "notate" | "engrave";

export interface PipelineOptions {
  readonly listen: ListenOptions;
  readonly notate: NotateOptions;
  /** the score's title where neither the person nor the recording's tags give one; the file's name, say */
  readonly untitled?: string | undefined;
  readonly formats: readonly Format[];
  /** a recording beside which the score is played, in a file to check it by ear */
  readonly listenTo?: { readonly path: string; readonly limits: DecodeLimits } | undefined;
  /** in the order of preference */
  readonly devices: readonly Device[];
  readonly limits: DecodeLimits;
  /** told the seconds of music as soon as they are known */
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
 * The whole road: decode, separate (where asked for), listen, track, notate, engrave.
 *
 * @param path a file that FFmpeg reads
 * @throws UserError for what the person can mend; the signal's reason where it is aborted
 */
export async function transcribe(path: string, options: PipelineOptions): Promise<Transcription> {
  const { devices, onLog, signal } = options;
  const walk = stageWalker(options);
  const recording = await walk("decode", (onProgress) => decode(path, options.limits, { onProgress, signal }));
  options.onDuration?.(recording.duration);
  const plan = await planSeparation(options);
  const { drums, mix } = plan.separate
    ? await walk("separate", (onProgress) => splitDrums(recording, { devices, onLog, onProgress, signal }))
    : { drums: recording };
  const heard = await walk("listen", (onProgress) => listen(drums, { devices, onLog, onProgress, signal }, mix));
  const tracked = await walk("track", () => track(heard, heard.hits, options.listen));
  const performance: Performance = {
    version: 1,
    ...titleOf(recording),
    duration: recording.duration,
    hits: [...heard.hits],
    beats: [...tracked.beats],
    tempo: tracked.tempo,
    meter: tracked.meter,
    separated: plan.separate,
    model: heard.model,
    notices: [...recording.notices, ...plan.notices],
  };
  return { ...(await write(performance, options, walk)), device: heard.device };
}

/** The drums alone, and what is heard in the mix. */
async function splitDrums(
  recording: Recording,
  options: Parameters<typeof separate>[1],
): Promise<{ drums: Recording; mix: Impression }> {
  const { onProgress, ...quiet } = options;
  const mix = await hear(recording, quiet); // first: separation keeps the drums in the mix's place
  return { drums: await separate(recording, { ...quiet, onProgress }), mix };
}

/** The score again from what was heard: the last two stages alone. */
export async function renotate(
  performance: Performance,
  options: WriteOptions & Pick<PipelineOptions, "onProgress">,
): Promise<Transcription> {
  return write(performance, options, stageWalker(options));
}

type WriteOptions = Pick<PipelineOptions, "notate" | "untitled" | "formats" | "listenTo" | "signal">;

async function write(performance: Performance, options: WriteOptions, walk: StageWalker): Promise<Transcription> {
  const title = options.notate.title ?? performance.title ?? options.untitled;
  const score = await walk("notate", () => notate(performance, { ...options.notate, title }));
  const timing = options.notate.quantised ? "written" : "performed";
  const files: Artifact[] = await walk("engrave", (onProgress) =>
    engrave(score, options.formats, { timing, onProgress }),
  );
  if (options.formats.includes("json")) files.push(performanceFile(performance));
  if (options.listenTo) files.push(await playBeside(score, options.listenTo, options.signal));
  return { performance, score, files, stageSeconds: walk.seconds };
}

interface StageWalker {
  <T>(stage: Stage, work: (onProgress: (fraction: number) => void) => T | Promise<T>): Promise<T>;
  readonly seconds: Partial<Record<Stage, number>>;
}

/** Runs a stage: tells its progress from 0 to 1, takes its time, and does not begin it once the work is cancelled. */
function stageWalker({ onProgress, signal }: Pick<PipelineOptions, "onProgress" | "signal">): StageWalker {
  const seconds: Partial<Record<Stage, number>> = {};
  const walk: StageWalker = Object.assign(
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
  return walk;
}

/** Separation on a CPU takes longer than the song, so `auto` leaves it to machines with a GPU. */
async function planSeparation({ listen: { separation }, devices }: PipelineOptions) {
  if (separation === "off") return { separate: false, notices: [] };
  if (separation === "on") {
    if (!isSeparationAvailable()) throw new UserError("separationMissing");
    return { separate: true, notices: [] };
  }
  if (!isSeparationAvailable()) return { separate: false, notices: [writeNotice("separationMissing")] };
  const usable = await availableDevices();
  const gpu = usable.some(({ device, missing }) => device !== "cpu" && !missing && devices.includes(device));
  return gpu ? { separate: true, notices: [] } : { separate: false, notices: [writeNotice("separationSlow")] };
}

/** The song on the left, the score on the right. */
async function playBeside(
  score: Score,
  { path, limits }: NonNullable<PipelineOptions["listenTo"]>,
  signal: AbortSignal | undefined,
): Promise<Artifact> {
  const { channels, duration, sampleRate } = await decode(path, limits, { signal });
  const [left, right = left!] = channels;
  const song = left!.map((value, index) => (value + right[index]!) / 2);
  const sides = [song, play(score, duration, sampleRate)] as const;
  return { suffix: ".listen.mp3", mediaType: "audio/mpeg", bytes: await encodeMp3(sides, sampleRate, limits, signal) };
}

function titleOf({ title, artist }: Recording): { title?: string; artist?: string } {
  return { ...(title !== undefined && { title }), ...(artist !== undefined && { artist }) };
}

function performanceFile(performance: Performance): Artifact {
  const bytes = new TextEncoder().encode(`${JSON.stringify(performance)}\n`);
  return { suffix: ".performance.json", mediaType: "application/json", bytes };
}
