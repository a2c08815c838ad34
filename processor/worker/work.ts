import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline as streamPipeline } from "node:stream/promises";
import type { Format } from "../../jobs/options.ts";
import { type Performance, performanceSchema } from "../../jobs/performance.ts";
import type { Job } from "../../jobs/request.ts";
import type { JobResult } from "../../jobs/result.ts";
import { findResult, performanceKey, resultFolder, saveResult, sourceKey } from "../../jobs/results.ts";
import type { ProcessorSettings } from "../../jobs/settings.ts";
import type { ObjectStore } from "../../jobs/store.ts";
import { decodeLimits } from "../decode/limits.ts";
import type { Child, TaskListeners } from "./child.ts";
import { JobFailure } from "./failure.ts";
import type { Product, Task } from "./messages.ts";

/** How the folders of running jobs are called, before the id of their process. */
const LEFTOVER = "groovesheet-job-";
const FORMATS: readonly Format[] = ["musicxml", "midi", "pdf", "png"];

export interface Work {
  readonly result: JobResult;
  /** what was measured; absent where nothing had to be done */
  readonly product?: Product;
}

/**
 * Does one job: nothing where its result is kept, only the writing where the recording was listened to with the same
 * options, else all of it.
 *
 * @throws JobFailure
 */
export async function doJob(
  job: Job,
  place: { store: ObjectStore; child: Child; settings: ProcessorSettings; network: string },
  listeners: TaskListeners,
): Promise<Work> {
  const { store, child, settings, network } = place;
  const folder = resultFolder(network, job.source, job.listen, job.notate);
  const kept = await findResult(store, folder);
  if (kept) return { result: kept };

  const startedAt = Date.now();
  const heardKey = performanceKey(network, job.source.hash, job.listen);
  const heard = await readPerformance(store, heardKey);
  const product = heard
    ? await child.run({ kind: "renotate", performance: heard, options: writing(job, heard) }, listeners)
    : await listen(job, store, child, settings, listeners);

  const artifacts = await Promise.all(
    product.files.map(async ({ suffix, mediaType, bytes }) => {
      const key = `${folder}/score${suffix}`;
      await store.put(key, bytes);
      return { key, suffix, mediaType, bytes: bytes.byteLength };
    }),
  );
  if (!heard) await store.put(heardKey, JSON.stringify(product.performance));
  const seconds = (Date.now() - startedAt) / 1000;
  const result = { summary: { ...product.summary, network }, artifacts, performanceKey: heardKey, seconds };
  await saveResult(store, folder, result);
  return { result, product };
}

/** Deletes the recordings that processors left behind which were killed over them. */
export async function deleteLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(LEFTOVER) ? Number.parseInt(name.slice(LEFTOVER.length), 10) : Number.NaN;
    if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readPerformance(store: ObjectStore, key: string): Promise<Performance | undefined> {
  if (!(await store.has(key))) return undefined;
  return performanceSchema.parse(JSON.parse(Buffer.from(await store.get(key)).toString("utf8")));
}

/** A recording without a title in its tags is called by the name of its file. */
function writing(job: Job, heard: Performance): Extract<Task, { kind: "renotate" }>["options"] {
  const title = job.notate.title ?? heard.title ?? titleOf(job.source.name);
  return { notate: { ...job.notate, title }, formats: FORMATS };
}

async function listen(
  job: Job,
  store: ObjectStore,
  child: Child,
  settings: ProcessorSettings,
  listeners: TaskListeners,
): Promise<Product> {
  const key = sourceKey(job.source.hash);
  if (!(await store.has(key))) throw new JobFailure({ code: "jobUnknown", facts: {} }, "the recording is not stored");
  const folder = join(tmpdir(), `${LEFTOVER}${process.pid}-${randomUUID()}`);
  const path = join(folder, fileNameOf(job.source.name));
  try {
    await mkdir(folder, { mode: 0o700 });
    await streamPipeline(await store.open(key), createWriteStream(path));
    const options = {
      listen: job.listen,
      notate: job.notate,
      formats: FORMATS,
      devices: settings.DEVICES,
      limits: { ...decodeLimits({}), maxMinutes: settings.MAX_MINUTES, maxMegabytes: settings.MAX_FILE_MB },
    };
    return await child.run({ kind: "transcribe", path, untitled: titleOf(job.source.name), options }, listeners);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The person's name for the file as far as it is safe in a path: FFmpeg may look at its ending. */
function fileNameOf(name: string): string {
  const safe = name.replace(/[\p{C}/\\:*?"<>|]/gu, " ").trim();
  return safe.replace(/^[.-]+/, "").slice(-80) || "recording";
}

function titleOf(name: string): string {
  return (
    fileNameOf(name)
      .replace(/\.\w{1,5}$/, "")
      .replace(/_+/g, " ")
      .trim() || "Untitled"
  );
}
