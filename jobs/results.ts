import { createHash } from "node:crypto";
import type { z } from "zod";
import type { ListenOptions, NotateOptions } from "./options.ts";
import type { Source } from "./request.ts";
import { type JobResult, jobResultSchema } from "./result.ts";
import type { ObjectStore } from "./store.ts";

/** Where a recording lies. */
export function sourceKey(hash: string): string {
  return `audio/${hash}`;
}

/** All that was made of a recording lies below this. */
export function resultsFolder(hash: string): string {
  return `results/${hash}`;
}

/**
 * Where the performance lies that was heard with these options.
 *
 * @param fingerprint of the road, as its processor tells it: an upgrade never serves what its forerunner made
 */
export function performanceKey(fingerprint: string, hash: string, listen: ListenOptions): string {
  return `${resultsFolder(hash)}/performance-${digest([fingerprint, listen])}.json`;
}

/**
 * Where the score lies that was written with these options. The name is part of it, for the title may come from it and
 * is nobody else's to see.
 */
export function resultFolder(
  fingerprint: string,
  source: Source,
  listen: ListenOptions,
  notate: NotateOptions,
): string {
  return `${resultsFolder(source.hash)}/score-${digest([fingerprint, listen, notate, source.name])}`;
}

/** Keeps a result; it is written after its artifacts, so that a result that is found is complete. */
export async function saveResult(store: ObjectStore, folder: string, result: JobResult): Promise<void> {
  await store.put(`${folder}/result.json`, JSON.stringify(result));
}

/** @returns the kept result whose artifacts are all there still */
export async function findResult(store: ObjectStore, folder: string): Promise<JobResult | undefined> {
  const result = await readKept(store, `${folder}/result.json`, jobResultSchema);
  if (!result) return undefined;
  const keys = [result.performanceKey, ...result.artifacts.map((artifact) => artifact.key)];
  const present = await Promise.all(keys.map((artifact) => store.has(artifact)));
  return present.every(Boolean) ? result : undefined;
}

/** @returns what is kept under a key; undefined where there is nothing, or nothing that can be read any more: it is made anew */
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

/** Short and the same for the same options, in whatever order their keys stand. */
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
