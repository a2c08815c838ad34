import { createWriteStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline as streamPipeline } from "node:stream/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { type Format, type PlayOptions, STEM_SUFFIXES } from "@groovesheet/jobs/options.ts";
import { type DrumPerformance, performanceSchema } from "@groovesheet/jobs/performance.ts";
import { temporaryFolder } from "@groovesheet/jobs/processes/temporary.ts";
import type { TranscriptionJob } from "@groovesheet/jobs/request.ts";
import { type Artifact, artifactSchema, type JobResult } from "@groovesheet/jobs/result.ts";
import type { ProcessorSettings } from "@groovesheet/jobs/settings.ts";
import {
  findResult,
  performanceKey,
  readKept,
  resultFolder,
  saveResult,
  sourceKey,
  stemKey,
  stemListKey,
} from "@groovesheet/jobs/stores/results.ts";
import { type ObjectStore, UNFINISHED } from "@groovesheet/jobs/stores/store.ts";
import { z } from "zod";
import { decodeLimits } from "../decode/limits.ts";
import type { Child, TaskListeners } from "../sandbox/child.ts";
import type { Task, TaskResult } from "../sandbox/messages.ts";

const TEST_BYTES = 1_000_000;
/** The formats that an answer in Discord may carry. */
const REPLY_FORMATS: readonly Format[] = ["musicxml", "midi", "pdf", "png", "tab", "minus-one"];
const PLAY_FORMATS: Readonly<Record<PlayOptions["output"], readonly Format[]>> = { video: ["video"], audition: [] };

export interface JobRun {
  readonly result: JobResult;
  /** absent if the result had been kept and nothing was run */
  readonly taskResult?: TaskResult;
}

/**
 * Runs one job. A kept result is returned as it is; if the performance is kept, only what follows listening is run.
 *
 * @throws UserError; ChildFault; any error of the store or the disk
 */
export async function runJob(
  job: TranscriptionJob,
  tools: { store: ObjectStore; child: Child; settings: ProcessorSettings; fingerprint: string },
  listeners: TaskListeners,
): Promise<JobRun> {
  const { store, child, settings, fingerprint } = tools;
  const folder = resultFolder(fingerprint, job.source, job.listen, job.notate, job.play);
  const keptResult = await findResult(store, folder);
  if (keptResult) return { result: keptResult };

  const startedAt = performance.now(); // monotonic
  const heardKey = performanceKey(fingerprint, job.source.hash, job.listen);
  const heard = await readKept(store, heardKey, performanceSchema);
  const taskResult =
    heard && !job.play
      ? await child.run({ kind: "renotate", performance: heard, options: writeOptions(job) }, listeners)
      : await withRecording(store, await soundKey(store, job, heard && heardKey), job.source.name, (path) =>
          child.run(recordingTask(job, heard, path, settings), listeners),
        );

  const made = await Promise.all(
    taskResult.files.map(async ({ suffix, mediaType, bytes }) => {
      const key = isStem(suffix) ? stemKey(heardKey, suffix) : `${folder}/score${suffix}`;
      await store.put(key, bytes);
      return { key, suffix, mediaType, bytes: bytes.byteLength };
    }),
  );
  const artifacts = job.play ? made : await withStems(store, heardKey, made);
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
function writeOptions(job: TranscriptionJob) {
  const formats = job.play ? PLAY_FORMATS[job.play.output] : REPLY_FORMATS;
  return { notate: job.notate, untitled: titleOf(job.source.name), formats };
}

/**
 * @param heardKey of the performance, if it is kept: its stems are kept beside it
 * @returns the key of the recording, or of the stem that a video plays
 * @throws UserError stemsMissing
 */
async function soundKey(
  store: ObjectStore,
  { source, play }: TranscriptionJob,
  heardKey: string | undefined,
): Promise<string> {
  if (heardKey === undefined || play === undefined || play.sound === "song") return sourceKey(source.hash);
  const key = stemKey(heardKey, STEM_SUFFIXES[play.sound]);
  if (!(await store.has(key))) throw new UserError("stemsMissing");
  return key;
}

/** Stems are made when a recording is heard and belong to every score that is written from it. */
async function withStems(store: ObjectStore, heardKey: string, made: readonly Artifact[]): Promise<Artifact[]> {
  const listKey = stemListKey(heardKey);
  const stems = made.filter(({ suffix }) => isStem(suffix));
  if (stems.length === 0) return [...made, ...((await readKept(store, listKey, z.array(artifactSchema))) ?? [])];
  await store.put(listKey, JSON.stringify(stems));
  return [...made];
}

function isStem(suffix: string): boolean {
  return Object.values(STEM_SUFFIXES).includes(suffix);
}

/** A task that reads a recording: everything if nothing was heard yet, else the video or the audition alone. */
function recordingTask(
  job: TranscriptionJob,
  heard: DrumPerformance | undefined,
  path: string,
  settings: ProcessorSettings,
): Task {
  const limits = { ...decodeLimits({}), maxMinutes: settings.MAX_MINUTES, maxMegabytes: settings.MAX_FILE_MB };
  const options = {
    ...writeOptions(job),
    ...(job.play && playedFile(job.play, { path, limits, ...job.play, ...startOf(job.play, heard) })),
  };
  if (heard) return { kind: "renotate", performance: heard, options };
  return { kind: "transcribe", path, options: { ...options, listen: job.listen, devices: settings.DEVICES, limits } };
}

function playedFile<F>({ output }: PlayOptions, file: F): { video: F } | { audition: F } {
  return output === "video" ? { video: file } : { audition: file };
}

/** A stem that is kept begins with the part that was heard. */
function startOf({ sound }: PlayOptions, heard: DrumPerformance | undefined) {
  return sound === "song" ? {} : { startsAt: heard?.from };
}

/** @throws UserError jobUnknown if there is no such recording */
async function withRecording<T>(
  store: ObjectStore,
  key: string,
  name: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (!(await store.has(key))) throw new UserError("jobUnknown");
  const folder = await temporaryFolder();
  const path = join(folder, fileNameOf(name));
  try {
    await streamPipeline(await store.open(key), createWriteStream(path));
    return await work(path);
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
