import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { explainFileError } from "@groovesheet/jobs/file-errors.ts";
import { type Notice, notice } from "@groovesheet/jobs/notices.ts";
import { formatTime, type TimeRange } from "@groovesheet/jobs/time-range.ts";
import type { OnProgress, Recording } from "../recording.ts";
import { invert, normalise } from "./conditioning.ts";
import type { DecodeLimits } from "./limits.ts";
import { type AudioStream, type Probe, probe } from "./probe.ts";
import { type DecodedStream, type ReadOptions, readStream, SAMPLE_RATE } from "./read-stream.ts";
import { checkWavLength, type WavLength } from "./wav-header.ts";

export interface DecodedRecording extends Recording {
  /** what is missing in the sound */
  readonly notices: readonly Notice[];
}

export interface DecodeOptions {
  /** the part of the recording that is wanted; the rest is not decoded */
  readonly part?: TimeRange | undefined;
  /** gives the mean of the channels, which needs half the memory */
  readonly mono?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Peaks below -72 dB of full scale are dither and rounding, not sound. */
const SILENCE = 2.5e-4;
/** Encoders pad to whole frames: less than this is not missing, seconds. */
const PADDING = 0.25;
/** Containers whose header counts the samples; those of others may count pictures or gaps as well. */
const COUNTS_SAMPLES = /^(flac|mp3|aiff|caf|w64|au|ape|wv|tta|tak|mpc8?|dsf)$/;
/** Audio streams that are tried until one is not silent. */
const MAX_STREAMS = 8;

/**
 * Decodes a file to mono or stereo at 44 100 Hz: the default audio stream or, if that is silent, another one. Sound is
 * placed at the time at which a player plays it, gaps are silence, and everything that can be read is used, whatever the
 * file's header says about its length. Where one of two channels is inverted, it is inverted back.
 *
 * @throws UserError with a code for each fault that the user can fix; the signal's reason if it is aborted
 */
export async function decode(
  path: string,
  limits: DecodeLimits,
  options: DecodeOptions = {},
): Promise<DecodedRecording> {
  await checkFile(path, limits);
  const file = resolve(path);
  const about = await probe(file, limits, options.signal);
  checkLength(about, options.part ?? {}, limits);
  const wav = await checkWavLength(file);
  const stream = await readAudibleStream(file, about, wav, limits, options);
  const { channels } = stream;
  const duration = channels[0]!.length / SAMPLE_RATE;
  const { from } = options.part ?? {};
  checkDuration(stream, about, duration, limits, from);
  if (stream.peak < SILENCE) throw new UserError("audioSilent");
  return {
    sampleRate: SAMPLE_RATE,
    channels,
    duration,
    notices: missingParts(stream, about, wav, duration, options.part ?? {}),
    ...(about.title && { title: about.title }),
    ...(about.artist && { artist: about.artist }),
  };
}

async function checkFile(path: string, limits: DecodeLimits): Promise<void> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw new UserError("notAFile", { path });
    await access(path, constants.R_OK);
    if (file.size === 0) throw new UserError("fileEmpty");
    const megabytes = Math.ceil(file.size / 1e6);
    if (megabytes > limits.maxMegabytes) {
      throw new UserError("fileTooLarge", { megabytes, maximum: limits.maxMegabytes });
    }
  } catch (error) {
    throw explainFileError(error, path);
  }
}

/** Refuses by the header what need not be decoded to be refused. */
function checkLength({ duration, isSoundOnly }: Probe, { from = 0, to }: TimeRange, limits: DecodeLimits): void {
  if (duration === undefined || !isSoundOnly) return;
  if (from > 0 && from >= duration) throw new UserError("partOutside", { from: formatTime(from) });
  if (Math.min(duration, to ?? duration) - from > limits.maxMinutes * 60) {
    throw new UserError("audioTooLong", { maximum: limits.maxMinutes });
  }
}

interface AudibleStream extends DecodedStream {
  /** 0..1 and above, before it was scaled to full scale */
  readonly peak: number;
}

async function readAudibleStream(
  file: string,
  about: Probe,
  wav: WavLength,
  limits: DecodeLimits,
  options: DecodeOptions,
): Promise<AudibleStream> {
  let best: AudibleStream | undefined;
  for (const stream of about.streams.slice(0, MAX_STREAMS)) {
    const decoded = await readAligned(file, stream, { about, wav, limits, ...options }, options.mono ?? false);
    const audible = { ...decoded, peak: normalise(decoded.channels) };
    if (audible.peak >= SILENCE) return audible;
    if (!best || audible.channels[0]!.length > best.channels[0]!.length) best = audible;
  }
  return best!; // a probed file has a stream
}

/** Two channels of one polarity, or their mean. */
async function readAligned(
  file: string,
  stream: AudioStream,
  options: Omit<ReadOptions, "kept">,
  mono: boolean,
): Promise<DecodedStream> {
  const decoded = await readStream(file, stream, { ...options, kept: mono ? "mean" : "channels" });
  if (!decoded.isInverted) return decoded;
  if (mono) return readStream(file, stream, { ...options, kept: "difference" });
  invert(decoded.channels[1]!);
  return decoded;
}

/** @throws UserError notAudio, partOutside, audioDamaged, audioTooShort */
function checkDuration(stream: DecodedStream, about: Probe, seconds: number, limits: DecodeLimits, from = 0): void {
  if (seconds >= limits.minSeconds) return;
  if (seconds === 0 && from > 0 && !stream.failed) throw new UserError("partOutside", { from: formatTime(from) });
  const stated = statedSeconds(stream, about);
  if (stated - from - seconds > limits.minSeconds) {
    throw new UserError("audioDamaged", { seconds: round(seconds), expected: round(stated) });
  }
  if (seconds === 0) throw new UserError("notAudio");
  throw new UserError("audioTooShort", { seconds: round(seconds), minimum: limits.minSeconds });
}

/** What is known to be missing: a length that is stated and not reached, and gaps beside errors of the decoder. */
function missingParts(
  stream: DecodedStream,
  about: Probe,
  wav: WavLength,
  seconds: number,
  { from = 0, to = Number.POSITIVE_INFINITY }: TimeRange,
): Notice[] {
  const end = from + seconds;
  const whole = wav.missing > 0 && to === Number.POSITIVE_INFINITY ? end + wav.missing : statedSeconds(stream, about);
  const missing = Math.min(to, whole) - end;
  const gaps = stream.failed ? stream.gapSeconds : 0;
  return [
    ...(gaps > PADDING ? [notice("middleMissing", { seconds: round(gaps) })] : []),
    ...(missing > PADDING ? [notice("endMissing", { seconds: round(missing) })] : []),
  ];
}

/** @returns how long the recording was when it was whole; 0 if that is not known */
function statedSeconds({ isCutOff }: DecodedStream, { format, duration = 0 }: Probe): number {
  return isCutOff || COUNTS_SAMPLES.test(format) ? duration : 0;
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
