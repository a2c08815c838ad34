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
import type { TaskResult } from "../sandbox/messages.ts";

const TEST_BYTES = 1_000_000;
/** The formats that an answer in Discord may carry. */
const REPLY_FORMATS: readonly Format[] = ["musicxml", "midi", "pdf", "png", "tab"];

export interface JobRun {
  readonly result: JobResult;
  /** absent if the result had been kept and nothing was run */
  readonly taskResult?: TaskResult;
}

/**
 * Runs one job. A kept result is returned as it is; if the performance is kept, only notation and engraving are run.
 *
 * @throws UserError; ChildFault; any error of the store or the disk
 */
export async function runJob(
  job: Job,
  tools: { store: ObjectStore; child: Child; settings: ProcessorSettings; fingerprint: string },
  listeners: TaskListeners,
): Promise<JobRun> {
  const { store, child, settings, fingerprint } = tools;
  const folder = resultFolder(fingerprint, job.source, job.listen, job.notate);
  const keptResult = await findResult(store, folder);
  if (keptResult) return { result: keptResult };

  const startedAt = performance.now(); // monotonic
  const heardKey = performanceKey(fingerprint, job.source.hash, job.listen);
  const heard = await readKept(store, heardKey, performanceSchema);
  const taskResult = heard
    ? await child.run({ kind: "renotate", performance: heard, options: writeOptions(job) }, listeners)
    : await transcribe(job, store, child, settings, listeners);

  const artifacts = await Promise.all(
    taskResult.files.map(async ({ suffix, mediaType, bytes }) => {
      const key = `${folder}/score${suffix}`;
      await store.put(key, bytes);
      return { key, suffix, mediaType, bytes: bytes.byteLength };
    }),
  );
  if (!heard) await store.put(heardKey, JSON.stringify(taskResult.performance));
  const seconds = (performance.now() - startedAt) / 1000;
  const result = { summary: { ...taskResult.summary, fingerprint }, artifacts, performanceKey: heardKey, seconds };
  await saveResult(store, folder, result);
  return { result, taskResult };
}

/**
 * Writes, reads and deletes a file on this machine's disk and in the store, as every job does.
 *
 * @param name part of the test's key; unique, so that processors do not collide
 * @throws any error of the store or the disk
 */
export async function testStorage(store: ObjectStore, name: string): Promise<void> {
  const content = Buffer.alloc(TEST_BYTES);
  const folder = await temporaryFolder();
  const key = `${UNFINISHED}test-${name}`;
  try {
    await writeFile(join(folder, "test"), content);
    await store.put(key, content);
    await store.get(key);
    await store.delete(key);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A recording without a title in its tags gets the name of its file. */
function writeOptions(job: Job) {
  return { notate: job.notate, untitled: titleOf(job.source.name), formats: REPLY_FORMATS };
}

async function transcribe(
  job: Job,
  store: ObjectStore,
  child: Child,
  settings: ProcessorSettings,
  listeners: TaskListeners,
): Promise<TaskResult> {
  const key = sourceKey(job.source.hash);
  if (!(await store.has(key))) throw new UserError("jobUnknown");
  const folder = await temporaryFolder();
  const path = join(folder, fileNameOf(job.source.name));
  try {
    await streamPipeline(await store.open(key), createWriteStream(path));
    const options = {
      ...writeOptions(job),
      listen: job.listen,
      devices: settings.DEVICES,
      limits: { ...decodeLimits({}), maxMinutes: settings.MAX_MINUTES, maxMegabytes: settings.MAX_FILE_MB },
    };
    return await child.run({ kind: "transcribe", path, options }, listeners);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The name of the user's file without unsafe characters; its extension may help FFmpeg. */
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
