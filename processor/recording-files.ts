/** Files that are made from a score together with its recording. */
import { type Notice, notice } from "@groovesheet/jobs/notices.ts";
import { type PlayOptions, STEM_SUFFIXES } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance } from "@groovesheet/jobs/performance.ts";
import { formatTime, type TimeRange } from "@groovesheet/jobs/time-range.ts";
import { synthesisePerformance } from "./audition/audition.ts";
import { decode } from "./decode/decode.ts";
import { encodeMp3, encodeOgg } from "./decode/encode.ts";
import type { DecodeLimits } from "./decode/limits.ts";
import { toChart } from "./engrave/chart/chart.ts";
import type { EngravedFile } from "./engrave/engrave.ts";
import { drawLabel } from "./engrave/strips/labels.ts";
import { engraveStrips } from "./engrave/strips/strips.ts";
import { LABEL_SIZE, TITLE_WIDTH, VIDEO_WIDTH } from "./play/frames.ts";
import { makePlayVideo } from "./play/play.ts";
import type { OnProgress, Recording } from "./recording.ts";
import type { Score } from "./score.ts";

/** The recording, to be decoded once more: only what was listened to is in memory, and separation overwrites it. */
export interface RecordingFile {
  readonly path: string;
  readonly limits: DecodeLimits;
  /** seconds of the recording at which this file begins: a stem begins with the part that was heard */
  readonly startsAt?: number | undefined;
}

/** The recording of an audition. */
export interface AuditionFile extends RecordingFile {
  /** the largest file, bytes; absent: any */
  readonly maxBytes?: number | undefined;
}

const MEGABYTE = 1_000_000;

/** The song on the left channel, the score on the right one, at the best bit rate that fits. */
export async function makeAudition(
  score: Score,
  performance: DrumPerformance,
  file: AuditionFile,
  signal: AbortSignal | undefined,
): Promise<EngravedFile> {
  const { channels, sampleRate } = await decodeHeard(performance, file, signal);
  const [left, right = left!] = channels;
  const song = left!.map((value, index) => (value + right[index]!) / 2);
  const sides = [song, synthesisePerformance(score, left!.length / sampleRate, sampleRate)] as const;
  return {
    suffix: ".audition.mp3",
    mediaType: "audio/mpeg",
    bytes: await encodeMp3(sides, sampleRate, file, signal),
  };
}

/** The song with its drums as a chart for rhythm games. */
export async function makeChart(
  score: Score,
  performance: DrumPerformance,
  file: RecordingFile,
  signal: AbortSignal | undefined,
): Promise<EngravedFile> {
  const { channels, sampleRate } = await decodeHeard(performance, file, signal);
  const [left, right = left!] = channels;
  const encode = (silence: number) => encodeOgg([left!, right], sampleRate, silence, file.limits, signal);
  return { suffix: ".chart.zip", mediaType: "application/zip", bytes: await toChart(score, encode) };
}

/** The two sides of a separated recording. */
export type Stems = Readonly<Record<Exclude<PlayOptions["sound"], "song">, Recording>>;

/** @param drums the drums alone, as separation left them in place of the recording's samples */
export async function splitStems(
  drums: Recording,
  performance: DrumPerformance,
  file: RecordingFile,
  signal: AbortSignal | undefined,
): Promise<Stems> {
  const rest = await decodeHeard(performance, file, signal);
  for (const [place, channel] of rest.channels.entries()) {
    const own = drums.channels[place]!;
    for (let i = 0; i < channel.length; i++) channel[i]! -= own[i] ?? 0;
  }
  return { drums, "minus-one": rest };
}

/** The song without its drums, and the drums alone. */
export async function encodeStems(
  stems: Stems,
  { limits }: RecordingFile,
  signal: AbortSignal | undefined,
): Promise<EngravedFile[]> {
  const files: EngravedFile[] = [];
  for (const name of ["minus-one", "drums"] as const) {
    const { channels, sampleRate } = stems[name];
    const [left, right = left!] = channels;
    const bytes = await encodeMp3([left!, right], sampleRate, { limits }, signal);
    files.push({ suffix: STEM_SUFFIXES[name], mediaType: "audio/mpeg", bytes });
  }
  return files;
}

interface VideoContext {
  readonly stems: Stems | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

/**
 * The score with a marker that follows the song.
 *
 * @param file the recording, or the stem that is to be played if the recording is not separated here
 */
export async function makeVideo(
  score: Score,
  performance: DrumPerformance,
  file: RecordingFile & PlayOptions,
  { stems, onProgress, signal }: VideoContext,
): Promise<{ file: EngravedFile; notices: Notice[] }> {
  const { limits, sound: wanted, speed, maxBytes } = file;
  const sound = stems && wanted !== "song" ? stems[wanted] : await decodeHeard(performance, file, signal);
  const strips = await engraveStrips(score, VIDEO_WIDTH);
  const title = speed === 100 ? score.title : `${score.title} · ${speed} %`;
  const digits = await Promise.all(Array.from("0123456789", (digit) => drawLabel(digit, LABEL_SIZE)));
  const labels = { title: await drawLabel(title, LABEL_SIZE, TITLE_WIDTH), digits };
  const settings = { ...file, maxMegabytes: limits.maxDecoderMegabytes, signal, onProgress };
  const { bytes, cutAt } = await makePlayVideo({ score, strips, labels, sound }, settings);
  const cut = { time: formatTime(cutAt ?? 0), megabytes: maxBytes / MEGABYTE };
  return {
    file: { suffix: ".play-along.mp4", mediaType: "video/mp4", bytes },
    notices: cutAt === undefined ? [] : [notice("videoCut", cut)],
  };
}

function decodeHeard(performance: DrumPerformance, file: RecordingFile, signal: AbortSignal | undefined) {
  return decode(file.path, file.limits, { part: partOf(performance, file), signal });
}

/** The part of the file that was heard. */
function partOf({ from = 0, duration }: DrumPerformance, { startsAt = 0 }: RecordingFile): TimeRange {
  return { from: from - startsAt, to: from - startsAt + duration };
}
