import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runFfmpeg } from "../ffmpeg.ts";
import type { DecodeLimits } from "./limits.ts";
import { inputArgs } from "./probe.ts";

const headerBytes = 44;

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
    await writeFile(path, toWav(channels, sampleRate));
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

/** 16-bit PCM. */
function toWav([left, right]: readonly [Float32Array, Float32Array], sampleRate: number): Buffer {
  const bytes = 4 * left.length;
  const wav = Buffer.alloc(headerBytes + bytes);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(headerBytes - 8 + bytes, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(2, 22); // channels
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(4 * sampleRate, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(bytes, 40);
  const toInteger = (value: number) => Math.round(32_767 * Math.max(-1, Math.min(1, value)));
  for (let i = 0; i < left.length; i++) {
    wav.writeInt16LE(toInteger(left[i]!), headerBytes + 4 * i);
    wav.writeInt16LE(toInteger(right[i] ?? 0), headerBytes + 4 * i + 2);
  }
  return wav;
}
