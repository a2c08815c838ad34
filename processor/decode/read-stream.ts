import { UserError } from "@groovesheet/jobs/errors.ts";
import type { TimeRange } from "@groovesheet/jobs/time-range.ts";
import { runFfmpeg } from "../ffmpeg.ts";
import type { OnProgress } from "../recording.ts";
import type { DecodeLimits } from "./limits.ts";
import { type AudioStream, inputArgs, type Probe } from "./probe.ts";
import { type Kept, SampleCollector } from "./samples.ts";
import { FrameLog, placeSegments, type Segment, segmentsOf } from "./timeline.ts";
import type { WavLength } from "./wav-header.ts";

export const SAMPLE_RATE = 44100;

/** One audio stream, each sample at the time at which a player plays it. */
export interface DecodedStream {
  /** of equal length, empty if nothing could be decoded; more than ±1 is possible */
  readonly channels: readonly Float32Array[];
  /** one of two channels is inverted */
  readonly isInverted: boolean;
  /** silence that was put between its segments, seconds */
  readonly gapSeconds: number;
  /** the decoder reported errors */
  readonly failed: boolean;
  /** the container says that data are missing */
  readonly isCutOff: boolean;
}

export interface ReadOptions {
  readonly about: Probe;
  readonly wav: WavLength;
  readonly limits: DecodeLimits;
  readonly part?: TimeRange | undefined;
  readonly kept: Kept;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** No recording has more channels; a damaged header may say so. */
const MAX_CHANNELS = 256;
/** Seconds before a part at which its decoding starts: codecs need some frames to settle. */
const PREROLL = 1;
/** Timestamps of these containers may jump where recordings were joined. Longer gaps in them are joints, seconds. */
const JOINABLE = /^(mpegts|mpeg|ogg)\b/;
const MAX_JOINABLE_GAP = 60;
/** Streams without a container: what FFmpeg skips at their start was never played. */
const WITHOUT_CONTAINER = /^(mp3|aac|ac3|eac3|dts|truehd|loas|amr)$/;
/** Expected length of a recording that does not state one, seconds. */
const USUAL_SECONDS = 240;

/**
 * Decodes one stream with FFmpeg.
 *
 * @throws UserError decodeTimeout, audioTooLong, notAudio; the signal's reason if it is aborted
 */
export async function readStream(file: string, stream: AudioStream, options: ReadOptions): Promise<DecodedStream> {
  const { about, limits, part = {}, onProgress } = options;
  const maxFrames = limits.maxMinutes * 60 * SAMPLE_RATE;
  const seconds = expectedSeconds(about, part, limits);
  const expected = Math.min(maxFrames, Math.ceil(seconds * SAMPLE_RATE)) + SAMPLE_RATE;
  const collector = new SampleCollector(stream.mono ? 1 : 2, SAMPLE_RATE, expected, options.kept);
  const log = new FrameLog();
  const timeout = Math.ceil(30 + 0.5 * seconds);
  const result = await runFfmpeg({
    args: decodeArgs(file, stream, options),
    timeout,
    maxMegabytes: limits.maxDecoderMegabytes,
    signal: options.signal,
    onMessage: (line) => log.add(line),
    onOutput: (chunk) => {
      collector.add(chunk);
      onProgress?.(Math.min(1, collector.length / expected));
      return collector.length <= maxFrames + (PREROLL + 1) * SAMPLE_RATE;
    },
  });
  if (result.timedOut) throw new UserError("decodeTimeout", { seconds: timeout });
  const { channels, isInverted } = collector.finish();
  const start = WITHOUT_CONTAINER.test(about.format) && !part.from ? log.frames[0]?.time : about.start;
  const origin = Math.max(0, start ?? 0) + (part.from ?? 0);
  const maxGap = JOINABLE.test(about.format) ? MAX_JOINABLE_GAP : Number.POSITIVE_INFINITY;
  const segments = segmentsOf(log.frames, origin, maxGap);
  const partFrames = Math.round(partSeconds(part) * SAMPLE_RATE);
  const placed = placeSegments(channels, segments, SAMPLE_RATE, Math.min(partFrames, maxFrames + 1));
  if (placed[0]!.length > maxFrames) throw new UserError("audioTooLong", { maximum: limits.maxMinutes });
  return {
    channels: placed,
    isInverted,
    gapSeconds: gapsBetween(segments),
    failed:
      result.status !== 0 ||
      /Invalid data|Error while decoding|Error submitting|corrupt|of an EBML number/i.test(result.stderr),
    isCutOff: /partial file|ended prematurely/i.test(result.stderr),
  };
}

/** Samples come in blocks of 32 KB rather than in frames of the codec, which halves the time that Node needs for them. */
const LARGE_BLOCKS = ["-flush_packets", "0"];

function decodeArgs(file: string, stream: AudioStream, { about, wav, part = {} }: ReadOptions): string[] {
  const start = Math.max(0, (part.from ?? 0) - PREROLL);
  const seek = start > 0 ? ["-ss", String(start)] : [];
  const stop = part.to === undefined ? [] : ["-t", String(part.to - start + PREROLL)];
  const wavOptions = about.format === "wav" && wav.continues ? ["-ignore_length", "1"] : [];
  const filters = [...mixdown(stream), "asettb=1/sr", "ashowinfo"].join(",");
  return [
    ...["-loglevel", "info", "-nostats", "-copyts", ...seek, ...stop, ...wavOptions, ...inputArgs(file)],
    ...["-map", `0:a:${stream.index}`, "-vn", "-sn", "-dn", "-af", filters],
    ...["-ac", stream.mono ? "1" : "2", "-ar", String(SAMPLE_RATE), ...LARGE_BLOCKS, "-f", "f32le", "pipe:1"],
  ];
}

/**
 * FFmpeg mixes known layouts (5.1, 7.1) by itself; channels of unknown places go left and right in turn, weighted so that
 * nothing clips.
 *
 * @throws UserError notAudio
 */
function mixdown({ unplacedChannels: count = 0 }: AudioStream): string[] {
  if (count <= 2) return [];
  if (count > MAX_CHANNELS) throw new UserError("notAudio");
  const side = (first: number) => Array.from({ length: Math.ceil((count - first) / 2) }, (_, i) => `c${first + 2 * i}`);
  return [`pan=stereo|FL<${side(0).join("+")}|FR<${side(1).join("+")}`];
}

function partSeconds({ from = 0, to = Number.POSITIVE_INFINITY }: TimeRange): number {
  return to - from;
}

function expectedSeconds({ duration = USUAL_SECONDS }: Probe, part: TimeRange, limits: DecodeLimits): number {
  return Math.min(limits.maxMinutes * 60, partSeconds(part), Math.max(1, duration - (part.from ?? 0)));
}

function gapsBetween(segments: readonly Segment[]): number {
  return segments.slice(1).reduce((sum, { position, time }, i) => {
    const before = segments[i]!;
    return sum + Math.max(0, time - position - (before.time - before.position));
  }, 0);
}
