import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFfmpeg } from "@groovesheet/processor/ffmpeg.ts";

/** The recording in examples/: real drums, a minute or less. */
export const EXAMPLE = fileURLToPath(new URL("../../examples/backbeat.ogg", import.meta.url));

/** Two different pulsing tones, left and right: 12 s that every codec preserves well. */
export const TONES = "aevalsrc=0.5*sin(2*PI*220*t)*lt(mod(t\\,0.5)\\,0.2)|0.4*sin(2*PI*330*t)*lt(mod(t\\,0.6)\\,0.2)";

/** A folder for the media of one test file. Call `remove` at the end. */
export function mediaFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "groovesheet-media-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Makes a file with FFmpeg.
 *
 * @param args inputs and options; the output's path is added
 * @returns the path
 */
export function makeMedia(folder: string, name: string, args: readonly string[]): string {
  const path = join(folder, name);
  const { status, stderr } = spawnSync(findFfmpeg(), ["-nostdin", "-v", "error", "-y", ...args, path], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`FFmpeg could not make ${name}: ${stderr}`);
  return path;
}

/** @returns FFmpeg arguments for a generated source */
export function lavfi(source: string, seconds: number): string[] {
  return ["-f", "lavfi", "-t", String(seconds), "-i", source];
}

/**
 * Makes a program that is the real FFmpeg without some of its encoders: it does not list them, and refuses to use them.
 *
 * @returns its path, for FFMPEG_PATH
 */
export function ffmpegWithout(folder: string, encoders: readonly string[]): string {
  const path = join(folder, `ffmpeg-without-${encoders.join("-")}`);
  const refuse = `echo "Unknown encoder '$argument'" >&2; exit 1`;
  const lines = [
    "#!/bin/sh",
    `for argument; do case "$argument" in ${encoders.join("|")}) ${refuse};; esac; done`,
    `case "$*" in *-encoders*) "${findFfmpeg()}" "$@" | sed -E '/ (${encoders.join("|")}) /d'; exit;; esac`,
    `exec "${findFfmpeg()}" "$@"`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Speech: from espeak-ng if it is installed, otherwise a gliding tone with pauses. */
export function makeSpeech(folder: string): string {
  const path = join(folder, "speech.wav");
  const text = "The quick brown fox jumps over the lazy dog, and nobody in this room is playing any music at all. ";
  const { status } = spawnSync("espeak-ng", ["-w", path, "-s", "150", text.repeat(3)]);
  if (status === 0) return path;
  const phase = "(2*PI*(120*t+8*sin(2*PI*0.7*t)))";
  const voice = [1, 2, 3, 4, 5].map((n) => `sin(${n}*${phase})/${n}`).join("+");
  return makeMedia(folder, "speech.wav", lavfi(`aevalsrc=0.2*(${voice})*(0.5+0.5*sin(2*PI*1.3*t))^2`, 20));
}

/** Writes the first part of a file under another name. @param share 0..1 */
export function cutFile(bytes: Uint8Array, share: number, path: string): string {
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  return path;
}
