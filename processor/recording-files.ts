/** Files that are made from a score together with its recording. */
import { type Notice, notice } from "@groovesheet/jobs/notices.ts";
import type { PlayOptions } from "@groovesheet/jobs/options.ts";
import type { Performance } from "@groovesheet/jobs/performance.ts";
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
import type { OnProgress } from "./recording.ts";
import type { Score } from "./score.ts";

/** The recording, to be decoded once more: separation overwrites its samples. */
export interface RecordingFile {
  readonly path: string;
  readonly limits: DecodeLimits;
}

const MEGABYTE = 1_000_000;

/** The song on the left channel, the score on the right one. */
export async function makeAudition(
  score: Score,
  performance: Performance,
  { path, limits }: RecordingFile,
  signal: AbortSignal | undefined,
): Promise<EngravedFile> {
  const { channels, sampleRate } = await decode(path, limits, { part: partOf(performance), signal });
  const [left, right = left!] = channels;
  const song = left!.map((value, index) => (value + right[index]!) / 2);
  const sides = [song, synthesisePerformance(score, left!.length / sampleRate, sampleRate)] as const;
  return {
    suffix: ".audition.mp3",
    mediaType: "audio/mpeg",
    bytes: await encodeMp3(sides, sampleRate, limits, signal),
  };
}

/** The song with its drums as a chart for rhythm games. */
export async function makeChart(
  score: Score,
  performance: Performance,
  { path, limits }: RecordingFile,
  signal: AbortSignal | undefined,
): Promise<EngravedFile> {
  const { channels, sampleRate } = await decode(path, limits, { part: partOf(performance), signal });
  const [left, right = left!] = channels;
  const encode = (silence: number) => encodeOgg([left!, right], sampleRate, silence, limits, signal);
  return { suffix: ".chart.zip", mediaType: "application/zip", bytes: await toChart(score, encode) };
}

/** The score with a marker that follows the song. */
export async function makeVideo(
  score: Score,
  performance: Performance,
  { path, limits, ...play }: RecordingFile & PlayOptions,
  { onProgress, signal }: { readonly onProgress: OnProgress; readonly signal: AbortSignal | undefined },
): Promise<{ file: EngravedFile; notices: Notice[] }> {
  const sound = await decode(path, limits, { part: partOf(performance), signal });
  const strips = await engraveStrips(score, VIDEO_WIDTH);
  const title = play.speed === 100 ? score.title : `${score.title} · ${play.speed} %`;
  const digits = Array.from("0123456789", (digit) => drawLabel(digit, LABEL_SIZE));
  const labels = { title: drawLabel(title, LABEL_SIZE, TITLE_WIDTH), digits };
  const settings = { ...play, maxMegabytes: limits.maxDecoderMegabytes, signal, onProgress };
  const { bytes, cutAt } = await makePlayVideo({ score, strips, labels, sound }, settings);
  const cut = { time: formatTime(cutAt ?? 0), megabytes: play.maxBytes / MEGABYTE };
  return {
    file: { suffix: ".play-along.mp4", mediaType: "video/mp4", bytes },
    notices: cutAt === undefined ? [] : [notice("videoCut", cut)],
  };
}

/** The part of the recording that was heard. */
function partOf({ from = 0, duration }: Performance): TimeRange {
  return { from, to: from + duration };
}
