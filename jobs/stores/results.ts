import { createHash } from "node:crypto";
import type { z } from "zod";
import { type ListenOptions, type NotateOptions, type PlayOptions, STEM_SUFFIXES } from "../options.ts";
import type { Source } from "../request.ts";
import { type JobResult, jobResultSchema } from "../result.ts";
import type { ObjectStore } from "./store.ts";

/** @returns the key of a recording */
export function sourceKey(hash: string): string {
  return `audio/${hash}`;
}

/** @returns the prefix of everything made from a recording */
export function resultsFolder(hash: string): string {
  return `results/${hash}`;
}

/**
 * The key of the performance heard with these options.
 *
 * @param fingerprint fingerprint of the pipeline, so that an upgrade does not serve old results
 */
export function performanceKey(fingerprint: string, hash: string, listen: ListenOptions): string {
  return `${resultsFolder(hash)}/performance-${digest([fingerprint, listen])}.json`;
}

/**
 * The key prefix of the score, or the video, written with these options. It includes the file name, because the title can come from it and
 * must not be shown to others.
 */
export function resultFolder(
  fingerprint: string,
  source: Source,
  listen: ListenOptions,
  notate: NotateOptions,
  play?: PlayOptions,
): string {
  const options = [fingerprint, listen, notate, source.name, ...(play ? [play] : [])];
  return `${resultsFolder(source.hash)}/score-${digest(options)}`;
}

/** The key of a stem of the recording that was heard. */
export function stemKey(heardKey: string, suffix: string): string {
  return heardKey.replace(/\.json$/, suffix);
}

/** The key of the list of a recording's stems. */
export function stemListKey(heardKey: string): string {
  return stemKey(heardKey, ".stems.json");
}

/** All keys of the stems of the recording that was heard. */
export function stemKeys(heardKey: string): string[] {
  return [stemListKey(heardKey), ...Object.values(STEM_SUFFIXES).map((suffix) => stemKey(heardKey, suffix))];
}

/** Saves a result. Call it after its artifacts are stored, so that a result that exists is complete. */
export async function saveResult(store: ObjectStore, folder: string, result: JobResult): Promise<void> {
  await store.put(`${folder}/result.json`, JSON.stringify(result));
}

/** @returns the stored result, if all its artifacts still exist */
export async function findResult(store: ObjectStore, folder: string): Promise<JobResult | undefined> {
  const result = await readKept(store, `${folder}/result.json`, jobResultSchema);
  if (!result) return undefined;
  const keys = [result.performanceKey, ...result.artifacts.map((artifact) => artifact.key)];
  const present = await Promise.all(keys.map((artifact) => store.has(artifact)));
  return present.every(Boolean) ? result : undefined;
}

/** @returns the value under a key; undefined if it is missing or unreadable, so that it is made again */
export async function readKept<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  if (!(await store.has(key))) return undefined;
  const text = Buffer.from(await store.get(key)).toString("utf8");
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @returns a short hash that does not depend on the order of keys */
function digest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 24);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
