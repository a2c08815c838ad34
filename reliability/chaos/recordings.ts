import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findFfmpeg } from "@groovesheet/processor/ffmpeg.ts";
import { type Poison, poisonTail } from "./pipeline.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/backbeat.ogg", import.meta.url));
const RATE = 22050;
const SECONDS = 8;
/** one recording in this many is defective */
const POISON_EVERY = 10;

/** What can be wrong with a recording. */
const DEFECTS = [
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
export type Defect = (typeof DEFECTS)[number];

export interface TestRecording {
  readonly name: string;
  readonly data: Buffer;
  /** undefined if nothing is wrong with it */
  readonly defect: Defect | undefined;
}

/** @returns whether a recording must give a score: of a file that is cut off, the part that is there */
export function givesScore({ defect }: TestRecording): boolean {
  return defect === undefined || defect === "cutOff";
}

/** Cuts different short takes out of the example and makes some of them defective. */
export function makeRecordings(count: number): TestRecording[] {
  const args = ["-v", "error", "-i", EXAMPLE, "-ac", "1", "-ar", String(RATE), "-f", "s16le", "pipe:1"];
  const { stdout: samples } = spawnSync(findFfmpeg(), args, { maxBuffer: 1e9 });
  const bytes = 2 * RATE * SECONDS;
  return Array.from({ length: count }, (_, index) => {
    const defect =
      index % POISON_EVERY === POISON_EVERY - 1
        ? DEFECTS[Math.floor(index / POISON_EVERY) % DEFECTS.length]
        : undefined;
    const from = 2 * Math.floor((index / count) * (samples.length / 2 - bytes / 2));
    const sound = wav(samples.subarray(from, from + bytes));
    return { name: `Take ${index}`, data: defect ? spoil(sound, defect, index) : sound, defect };
  });
}

function spoil(sound: Buffer, defect: Defect, index: number): Buffer {
  if (defect === "noSound") return Buffer.from(`These are words and no sound, ${index}.`);
  if (defect === "cutOff") return sound.subarray(0, Math.floor(sound.length / 2));
  if (defect === "silence") return wav(Buffer.alloc(2 * RATE * SECONDS + 2 * index));
  return Buffer.concat([sound, poisonTail(defect satisfies Poison)]);
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
