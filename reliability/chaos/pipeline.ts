/**
 * The real pipeline with simulated native faults: a recording that ends in `poison:crash`, `poison:hang` or `poison:memory`
 * crashes, hangs or fills the memory of the process that transcribes it.
 */
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { PipelineOptions, Transcription } from "@groovesheet/processor/pipeline.ts";
import { transcribe as transcribeReally } from "@groovesheet/processor/pipeline.ts";

export { renotate } from "@groovesheet/processor/pipeline.ts";

export type Poison = "crash" | "hang" | "memory";
/** Bytes at the end of a file that mark it as defective. */
const TAIL = 16;

/** @returns the bytes that mark a recording as defective when they are appended to it */
export function poisonTail(poison: Poison): Buffer {
  return Buffer.from(`poison:${poison}`.padStart(TAIL));
}

export async function transcribe(path: string, options: PipelineOptions): Promise<Transcription> {
  const poison = await readPoison(path);
  if (poison === "crash") process.kill(process.pid, "SIGSEGV");
  if (poison === "hang") for (;;) Math.sqrt(2);
  if (poison === "memory") await fillMemory();
  return await transcribeReally(path, options);
}

async function readPoison(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(TAIL), 0, TAIL, Math.max(0, size - TAIL));
    return /poison:(\w+)$/.exec(buffer.toString("latin1"))?.[1];
  } finally {
    await file.close();
  }
}

async function fillMemory(): Promise<never> {
  const kept: Buffer[] = [];
  for (;;) {
    kept.push(Buffer.alloc(100_000_000, 1));
    await sleep(20);
  }
}
