import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { explainFileError } from "@groovesheet/jobs/file-errors.ts";
import { writeNotice } from "@groovesheet/jobs/notices.ts";
import { type FfmpegResult, runFfmpeg } from "../ffmpeg.ts";
import type { OnProgress, Recording } from "../recording.ts";
import type { DecodeLimits } from "./limits.ts";
import { inputArgs, type Probe, probe } from "./probe.ts";
import { normalise, SampleCollector } from "./samples.ts";

export interface DecodedRecording extends Recording {
  /** sentences for the person: what is missing in the sound */
  readonly notices: readonly string[];
}

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const SAMPLE_RATE = 44100;
/** A recording is taken although its end is missing where at least this share of it could be read. */
const ENOUGH = 0.95;
/** No recording has more channels; a damaged header may say so. */
const MOST_CHANNELS = 256;
/** Peaks below -72 dB of full scale are dither and rounding, not sound. */
const SILENCE = 2.5e-4;
/** Encoders pad to whole frames: a difference under this many seconds is no damage. */
const PADDING = 0.25;

/**
 * Decodes the first audio stream of a file to mono or stereo at 44 100 Hz.
 *
 * A file whose end is missing is refused where less than 95 % could be read, and otherwise taken with a notice: a lost
 * last second does not spoil a score, a lost half does.
 *
 * @throws UserError with a code for each fault that the person can mend; the signal's reason where it is aborted
 */
export async function decode(
  path: string,
  limits: DecodeLimits,
  options: DecodeOptions = {},
): Promise<DecodedRecording> {
  await checkFile(path, limits);
  const file = resolve(path);
  const about = await probe(file, limits, options.signal);
  const maxSeconds = limits.maxMinutes * 60;
  if (about.durationStated && (about.duration ?? 0) > maxSeconds) throw tooLong(limits);
  const channels = await readSamples(file, about, limits, options);
  const duration = channels[0]!.length / SAMPLE_RATE;
  if (duration < limits.minSeconds) {
    throw new UserError("audioTooShort", { seconds: round(duration), minimum: limits.minSeconds });
  }
  if (normalise(channels) < SILENCE) throw new UserError("audioSilent");
  return {
    sampleRate: SAMPLE_RATE,
    channels,
    duration,
    notices: missingEnd(about, duration),
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

async function readSamples(
  file: string,
  about: Probe,
  limits: DecodeLimits,
  options: DecodeOptions,
): Promise<Float32Array[]> {
  const maxFrames = limits.maxMinutes * 60 * SAMPLE_RATE;
  const channels = about.mono ? 1 : 2;
  const expected = Math.min(maxFrames, Math.ceil((about.duration ?? 60) * SAMPLE_RATE) + SAMPLE_RATE);
  const collector = new SampleCollector(channels, expected);
  const timeout = Math.ceil(30 + 0.5 * Math.min(about.duration ?? Number.POSITIVE_INFINITY, limits.maxMinutes * 60));
  const output = [...mixdown(about), "-ac", String(channels), "-ar", String(SAMPLE_RATE), "-f", "f32le", "pipe:1"];
  const result = await runFfmpeg({
    args: ["-loglevel", "warning", ...inputArgs(file), "-map", "0:a:0", "-vn", "-sn", "-dn", ...output],
    timeout,
    maxMegabytes: limits.maxDecoderMegabytes,
    signal: options.signal,
    onOutput: (chunk) => {
      collector.add(chunk);
      options.onProgress?.(Math.min(1, collector.length / expected));
      return collector.length <= maxFrames;
    },
  });
  if (result.timedOut) throw new UserError("decodeTimeout", { seconds: timeout });
  if (collector.length > maxFrames) throw tooLong(limits);
  checkWhole(result, about, collector.length / SAMPLE_RATE);
  return collector.finish();
}

/**
 * FFmpeg mixes what has a known place (5.1, 7.1); others go left and right in turn, weighted so that nothing clips.
 *
 * @throws UserError notAudio
 */
function mixdown(about: Probe): string[] {
  const count = about.unplacedChannels ?? 0;
  if (count <= 2) return [];
  if (count > MOST_CHANNELS) throw new UserError("notAudio");
  const side = (first: number) => Array.from({ length: Math.ceil((count - first) / 2) }, (_, i) => `c${first + 2 * i}`);
  return ["-af", `pan=stereo|FL<${side(0).join("+")}|FR<${side(1).join("+")}`];
}

/** @throws UserError audioDamaged, audioCutOff where a good part of the sound is missing */
function checkWhole(result: FfmpegResult, about: Probe, seconds: number): void {
  const failed = result.status !== 0 || /Invalid data|partial file|corrupt/i.test(result.stderr);
  const stated = about.durationStated && about.duration !== undefined;
  const missing = about.duration !== undefined && seconds < ENOUGH * about.duration - PADDING;
  if (missing && (stated || failed)) {
    throw new UserError("audioDamaged", { seconds: round(seconds), expected: round(about.duration ?? 0) });
  }
  if (seconds === 0) throw new UserError("notAudio");
  const endless = /Ignoring maximum wav data size/.test(result.stderr); // a WAV written to a pipe states no length
  if (!stated && !endless && /partial file|corrupt input packet/i.test(result.stderr)) {
    throw new UserError("audioCutOff", { seconds: round(seconds) });
  }
}

function missingEnd(about: Probe, seconds: number): string[] {
  if (!about.durationStated || about.duration === undefined || seconds > about.duration - PADDING) return [];
  return [writeNotice("endMissing", { seconds: round(about.duration - seconds) })];
}

function tooLong(limits: DecodeLimits): UserError {
  return new UserError("audioTooLong", { maximum: limits.maxMinutes });
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
