import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@groovesheet/jobs/processes/temporary.ts";
import { runFfmpeg } from "../ffmpeg.ts";
import { wavChunks } from "../wav.ts";
import type { DecodeLimits } from "./limits.ts";
import { inputArgs } from "./probe.ts";

type Channels = readonly [left: Float32Array, right: Float32Array];
type Limits = Pick<DecodeLimits, "maxDecoderMegabytes">;

/** Bit rates of MP3 for two separate channels, kbit/s, best first; the last is used if none fits. */
const MP3_RATES = [192, 160, 128, 96, 64] as const;
/** A file of a day at the best bit rate has as much. */
const MAX_FILE_MEGABYTES = 2100;
/** Share of a file that frames and tags may add to its bit rate. */
const MP3_OVERHEAD = 0.01;

/**
 * Encodes two channels of equal length as MP3, which every player knows.
 * @param channels -1..1 at `sampleRate`
 * @param file the bit rate is the best with which the file has at most `maxBytes`
 * @throws UserError ffmpegMissing; Error where this FFmpeg has no libmp3lame
 */
export function encodeMp3(
  channels: Channels,
  sampleRate: number,
  { limits, maxBytes = Number.POSITIVE_INFINITY }: { limits: Limits; maxBytes?: number | undefined },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const affordable = (maxBytes * 8) / 1000 / (channels[0].length / sampleRate) / (1 + MP3_OVERHEAD);
  const rate = MP3_RATES.find((candidate) => candidate <= affordable) ?? MP3_RATES.at(-1)!;
  // no joint stereo: what is on one side must not be heard on the other
  return encode(
    channels,
    sampleRate,
    ["-c:a", "libmp3lame", "-b:a", `${rate}k`, "-joint_stereo", "0", "-f", "mp3"],
    limits,
    signal,
  );
}

/**
 * Encodes two channels of equal length as Ogg Vorbis, which games read.
 * @param channels -1..1 at `sampleRate`
 * @param silence seconds before the sound
 * @throws UserError ffmpegMissing; Error where this FFmpeg has no libvorbis
 */
export function encodeOgg(
  channels: Channels,
  sampleRate: number,
  silence: number,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const delay = ["-af", `adelay=${Math.round(silence * sampleRate)}S:all=1`];
  return encode(
    channels,
    sampleRate,
    [...delay, "-c:a", "libvorbis", "-q:a", "5", "-fflags", "+bitexact", "-f", "ogg"],
    limits,
    signal,
  );
}

async function encode(
  channels: Channels,
  sampleRate: number,
  codec: readonly string[],
  { maxDecoderMegabytes }: Limits,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const folder = await temporaryFolder();
  try {
    const path = join(folder, "sound.wav");
    await writeFile(path, wavChunks(channels, sampleRate));
    const encoded = join(folder, "encoded"); // a file: into a pipe, the delay of an MP3 encoder is not written
    const { status, stderr } = await runFfmpeg({
      args: ["-loglevel", "error", ...inputArgs(path), ...codec, `file:${encoded}`],
      timeout: 60 + channels[0].length / sampleRate,
      maxMegabytes: maxDecoderMegabytes,
      signal,
      output: { folder, megabytes: MAX_FILE_MEGABYTES },
      onOutput: () => true,
    });
    if (status !== 0) throw new Error(`FFmpeg could not write ${codec.at(-1)}: ${stderr.trim()}`);
    return new Uint8Array(await readFile(encoded));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
