import type { Device } from "@groovesheet/jobs/devices.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { type Notice, notice } from "@groovesheet/jobs/notices.ts";
import type { Format, ListenOptions, NotateOptions, PlayOptions } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance } from "@groovesheet/jobs/performance.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import { type DecodedRecording, decode } from "./decode/decode.ts";
import type { DecodeLimits } from "./decode/limits.ts";
import { leaveOutUnencodable } from "./encoders.ts";
import { type EngravedFile, engrave, prepareEngraving } from "./engrave/engrave.ts";
import { availableDevices } from "./inference.ts";
import { type Hearing, hear, listen, spectrogramOf } from "./listen/listen.ts";
import { notate } from "./notate/notate.ts";
import type { Recording } from "./recording.ts";
import {
  type AuditionFile,
  encodeStems,
  makeAudition,
  makeChart,
  makeVideo,
  type RecordingFile,
  splitStems,
} from "./recording-files.ts";
import type { Score } from "./score.ts";
import { scoreNotices } from "./score-notices.ts";
import { isSeparationAvailable, separate } from "./separate/separate.ts";
import { track } from "./track/track.ts";

export interface PipelineOptions {
  readonly listen: ListenOptions;
  readonly notate: NotateOptions;
  /** the score's title if neither the user nor the recording's tags give one, such as the file's name */
  readonly untitled?: string | undefined;
  readonly formats: readonly Format[];
  /** the recording to play beside the score, in one sound file for checking by ear */
  readonly audition?: AuditionFile | undefined;
  /** the recording to play in the play-along video, and the video's options; needed for the format `video` */
  readonly video?: (RecordingFile & PlayOptions) | undefined;
  /** the recording that goes into the chart; needed for the format `chart` */
  readonly chart?: RecordingFile | undefined;
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
  readonly performance: DrumPerformance;
  readonly score: Score;
  readonly files: readonly Artifact[];
  /** what was left out or done with less, here or when the recording was heard */
  readonly notices: readonly Notice[];
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
  const runStage = stageRunner(options);
  requireRecording(options);
  const plan = await planSeparation(options);
  const { possible, notices } = await leaveOutUnencodable(options, plan.separate);
  if (!plan.separate && needsSeparation(possible)) throw new UserError("stemsMissing");
  prepareEngraving(possible.formats);
  const { about, heard, drums } = await hearFile(path, plan.separate, options, runStage);
  const tracked = await runStage("track", () => track(heard, heard.hits, options.listen));
  const performance: DrumPerformance = {
    version: 1,
    ...titleOf(about),
    duration: about.duration,
    ...(options.listen.from && { from: options.listen.from }),
    hits: [...heard.hits],
    candidates: [...heard.candidates],
    beats: [...tracked.beats],
    tempo: tracked.tempo,
    meter: tracked.meter,
    separated: plan.separate,
    model: heard.model,
    notices: [...about.notices, ...plan.notices],
  };
  const separated = drums && { drums, file: { path, limits: options.limits } };
  const written = await write(performance, possible, runStage, separated);
  return { ...written, notices: [...written.notices, ...notices], device: heard.device };
}

/** Decodes, separates and listens. What only the network needs is released here: the later stages need the memory. */
async function hearFile(path: string, separated: boolean, options: PipelineOptions, runStage: StageRunner) {
  const { devices, onLog, signal } = options;
  const { about, spectrogram, mix, drums } = await (separated ? prepareSeparated : prepare)(path, options, runStage);
  const heard = await runStage("listen", (onProgress) =>
    listen(spectrogram, { devices, onLog, onProgress, signal }, mix),
  );
  return { about, heard, drums };
}

/** What the network reads of a recording, and what is known about it. */
interface Prepared {
  readonly about: Omit<DecodedRecording, "channels">;
  readonly spectrogram: Float32Array;
  /** of a separated recording: what the network hears in the mix, and the drums alone */
  readonly mix?: Hearing;
  readonly drums?: Recording;
}

/** Decodes a file. Its samples are released, as above. */
function prepare(path: string, options: PipelineOptions, runStage: StageRunner): Promise<Prepared> {
  const { listen: part, limits, signal } = options;
  return runStage("decode", async (onProgress) => {
    const recording = await decode(path, limits, { part, mono: true, onProgress, signal });
    options.onDuration?.(recording.duration);
    return { about: withoutSamples(recording), spectrogram: await spectrogramOf(recording) };
  });
}

/** Decodes a file and separates the drums from it. */
async function prepareSeparated(path: string, options: PipelineOptions, runStage: StageRunner): Promise<Prepared> {
  const { devices, onLog, signal, limits, listen: part } = options;
  const recording = await runStage("decode", (onProgress) => decode(path, limits, { part, onProgress, signal }));
  options.onDuration?.(recording.duration);
  return runStage("separate", async (onProgress) => {
    const mix = await hear(await spectrogramOf(recording), { devices, onLog, signal }); // before the drums overwrite it
    const drums = await separate(recording, { devices, onLog, onProgress, signal });
    return { about: withoutSamples(recording), spectrogram: await spectrogramOf(drums), mix, drums };
  });
}

function withoutSamples({ channels, ...about }: DecodedRecording): Prepared["about"] {
  return about;
}

/** Writes the score again from the performance: runs only the stages after listening. */
export async function renotate(performance: DrumPerformance, options: RenotateOptions): Promise<Transcription> {
  requireRecording(options);
  const { possible, notices } = await leaveOutUnencodable(options, false);
  const written = await write(performance, possible, stageRunner(options));
  return { ...written, notices: [...written.notices, ...notices] };
}

function requireRecording({ formats, video, chart }: WriteOptions): void {
  if (formats.includes("chart") && chart === undefined) throw new Error("a chart needs the recording");
  if (formats.includes("video") && video === undefined) throw new Error("a video needs the recording");
}

type WriteOptions = Pick<
  PipelineOptions,
  "notate" | "untitled" | "formats" | "audition" | "video" | "chart" | "signal"
>;
export type RenotateOptions = WriteOptions & Pick<PipelineOptions, "onProgress">;

async function write(
  performance: DrumPerformance,
  options: WriteOptions,
  runStage: StageRunner,
  separated?: { readonly drums: Recording; readonly file: RecordingFile },
): Promise<Transcription> {
  const title = options.notate.title ?? performance.title ?? options.untitled;
  const score = await runStage("notate", () => notate(performance, { ...options.notate, title }));
  const timing = options.notate.quantised ? "written" : "performed";
  const files: Artifact[] = await runStage("engrave", (onProgress) =>
    engrave(score, options.formats, { timing, onProgress }),
  );
  if (options.formats.includes("json")) files.push(performanceFile(performance));
  const notices = [...performance.notices, ...scoreNotices(score)];
  const { audition, video, chart, formats, signal } = options;
  if (audition) files.push(await makeAudition(score, performance, audition, signal));
  if (chart && formats.includes("chart")) files.push(await makeChart(score, performance, chart, signal));
  const needsStems = formats.includes("minus-one") || needsSeparation(options);
  const stems =
    separated && needsStems ? await splitStems(separated.drums, performance, separated.file, signal) : undefined;
  if (stems && formats.includes("minus-one")) files.push(...(await encodeStems(stems, separated!.file, signal)));
  if (video && formats.includes("video")) {
    const made = await runStage("play", (onProgress) =>
      makeVideo(score, performance, video, { stems, onProgress, signal }),
    );
    files.push(made.file);
    notices.push(...made.notices);
  }
  return { performance, score, files, notices, stageSeconds: runStage.seconds };
}

function needsSeparation({ formats, video }: WriteOptions): boolean {
  return formats.includes("video") && video !== undefined && video.sound !== "song";
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

function titleOf({ title, artist }: Pick<Recording, "title" | "artist">): { title?: string; artist?: string } {
  return { ...(title !== undefined && { title }), ...(artist !== undefined && { artist }) };
}

function performanceFile(performance: DrumPerformance): Artifact {
  const bytes = new TextEncoder().encode(`${JSON.stringify(performance)}\n`);
  return { suffix: ".performance.json", mediaType: "application/json", bytes };
}
