import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findFfmpeg } from "@groovesheet/processor/decode/ffmpeg.ts";
import { type Poison, poisonTail } from "./pipeline.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/backbeat.ogg", import.meta.url));
const RATE = 22050;
const SECONDS = 8;
/** one in so many is poison */
const POISON_EVERY = 10;

/** What is wrong with a recording that can give no score. */
const WRONGS = [
  "crash",
  "noSound",
  "cutOff",
  "crash",
  "silence",
  "memory",
  "crash",
  "noSound",
  "hang",
  "cutOff",
] as const;
export type Wrong = (typeof WRONGS)[number];

export interface Material {
  readonly name: string;
  readonly data: Buffer;
  /** undefined where a score is to come of it */
  readonly wrong: Wrong | undefined;
}

/** Short takes of the example, no two alike, some of them poison. */
export function makeMaterial(count: number): Material[] {
  const args = ["-v", "error", "-i", EXAMPLE, "-ac", "1", "-ar", String(RATE), "-f", "s16le", "pipe:1"];
  const { stdout: samples } = spawnSync(findFfmpeg(), args, { maxBuffer: 1e9 });
  const bytes = 2 * RATE * SECONDS;
  return Array.from({ length: count }, (_, index) => {
    const wrong =
      index % POISON_EVERY === POISON_EVERY - 1 ? WRONGS[Math.floor(index / POISON_EVERY) % WRONGS.length] : undefined;
    const from = 2 * Math.floor((index / count) * (samples.length / 2 - bytes / 2));
    const sound = wav(samples.subarray(from, from + bytes));
    return { name: `Take ${index}`, data: wrong ? spoil(sound, wrong, index) : sound, wrong };
  });
}

function spoil(sound: Buffer, wrong: Wrong, index: number): Buffer {
  if (wrong === "noSound") return Buffer.from(`These are words and no sound, ${index}.`);
  if (wrong === "cutOff") return sound.subarray(0, Math.floor(sound.length / 2));
  if (wrong === "silence") return wav(Buffer.alloc(2 * RATE * SECONDS + 2 * index));
  return Buffer.concat([sound, poisonTail(wrong satisfies Poison)]);
}

/** 16 bits, one channel. */
function wav(samples: Buffer): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(2 * RATE, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
