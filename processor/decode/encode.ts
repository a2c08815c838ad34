import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runFfmpeg } from "../ffmpeg.ts";
import { wavChunks } from "../wav.ts";
import type { DecodeLimits } from "./limits.ts";
import { inputArgs } from "./probe.ts";

/**
 * Encodes two channels of equal length as MP3, which every player knows.
 * @param channels -1..1 at `sampleRate`
 * @throws UserError ffmpegMissing; Error where this FFmpeg cannot write MP3
 */
export async function encodeMp3(
  channels: readonly [left: Float32Array, right: Float32Array],
  sampleRate: number,
  { maxDecoderMegabytes }: Pick<DecodeLimits, "maxDecoderMegabytes">,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-encode-"));
  try {
    const path = join(folder, "sound.wav");
    await writeFile(path, wavChunks(channels, sampleRate));
    const chunks: Buffer[] = [];
    const { status, stderr } = await runFfmpeg({
      // no joint stereo: what is on one side must not be heard on the other
      args: ["-loglevel", "error", ...inputArgs(path), "-b:a", "192k", "-joint_stereo", "0", "-f", "mp3", "pipe:1"],
      timeout: 60 + channels[0].length / sampleRate,
      maxMegabytes: maxDecoderMegabytes,
      signal,
      onOutput: (chunk) => chunks.push(chunk) > 0,
    });
    if (status !== 0) throw new Error(`FFmpeg could not write MP3: ${stderr.trim()}`);
    return new Uint8Array(Buffer.concat(chunks));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
