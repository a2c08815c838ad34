import { createWriteStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline as streamPipeline } from "node:stream/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Format } from "@groovesheet/jobs/options.ts";
import { performanceSchema } from "@groovesheet/jobs/performance.ts";
import type { Job } from "@groovesheet/jobs/request.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import {
  findResult,
  performanceKey,
  readKept,
  resultFolder,
  saveResult,
  sourceKey,
} from "@groovesheet/jobs/results.ts";
import type { ProcessorSettings } from "@groovesheet/jobs/settings.ts";
import { type ObjectStore, UNFINISHED } from "@groovesheet/jobs/store.ts";
import { temporaryFolder } from "@groovesheet/jobs/temporary.ts";
import { decodeLimits } from "../decode/limits.ts";
import type { Child, TaskListeners } from "../sandbox/child.ts";
import type { Product } from "../sandbox/messages.ts";

const TRIAL_BYTES = 1_000_000;
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
 * @throws UserError; ChildFault; whatever the store or the disk says when they fail
 */
export async function doJob(
  job: Job,
  place: { store: ObjectStore; child: Child; settings: ProcessorSettings; fingerprint: string },
  listeners: TaskListeners,
): Promise<Work> {
  const { store, child, settings, fingerprint } = place;
  const folder = resultFolder(fingerprint, job.source, job.listen, job.notate);
  const kept = await findResult(store, folder);
  if (kept) return { result: kept };

  const startedAt = performance.now(); // the clock on the wall may be set meanwhile
  const heardKey = performanceKey(fingerprint, job.source.hash, job.listen);
  const heard = await readKept(store, heardKey, performanceSchema);
  const product = heard
    ? await child.run({ kind: "renotate", performance: heard, options: writing(job) }, listeners)
    : await listen(job, store, child, settings, listeners);

  const artifacts = await Promise.all(
    product.files.map(async ({ suffix, mediaType, bytes }) => {
      const key = `${folder}/score${suffix}`;
      await store.put(key, bytes);
      return { key, suffix, mediaType, bytes: bytes.byteLength };
    }),
  );
  if (!heard) await store.put(heardKey, JSON.stringify(product.performance));
  const seconds = (performance.now() - startedAt) / 1000;
  const result = { summary: { ...product.summary, fingerprint }, artifacts, performanceKey: heardKey, seconds };
  await saveResult(store, folder, result);
  return { result, product };
}

/**
 * Does once what every job does with this machine's disk and the store.
 *
 * @param name of whoever tries, so that several do not meet
 * @throws whatever the store or the disk says when they fail
 */
export async function tryPlace(store: ObjectStore, name: string): Promise<void> {
  const content = Buffer.alloc(TRIAL_BYTES);
  const folder = await temporaryFolder();
  const key = `${UNFINISHED}trial-${name}`;
  try {
    await writeFile(join(folder, "trial"), content);
    await store.put(key, content);
    await store.get(key);
    await store.delete(key);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A recording without a title in its tags is called by the name of its file. */
function writing(job: Job) {
  return { notate: job.notate, untitled: titleOf(job.source.name), formats: FORMATS };
}

async function listen(
  job: Job,
  store: ObjectStore,
  child: Child,
  settings: ProcessorSettings,
  listeners: TaskListeners,
): Promise<Product> {
  const key = sourceKey(job.source.hash);
  if (!(await store.has(key))) throw new UserError("jobUnknown");
  const folder = await temporaryFolder();
  const path = join(folder, fileNameOf(job.source.name));
  try {
    await streamPipeline(await store.open(key), createWriteStream(path));
    const options = {
      ...writing(job),
      listen: job.listen,
      devices: settings.DEVICES,
      limits: { ...decodeLimits({}), maxMinutes: settings.MAX_MINUTES, maxMegabytes: settings.MAX_FILE_MB },
    };
    return await child.run({ kind: "transcribe", path, options }, listeners);
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
