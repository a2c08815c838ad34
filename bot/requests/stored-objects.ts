import { UserError } from "@groovesheet/jobs/errors.ts";
import { currentFingerprint } from "@groovesheet/jobs/queue/processors.ts";
import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import {
  findResult,
  performanceKey,
  resultFolder,
  resultsFolder,
  sourceKey,
  stemKeys,
} from "@groovesheet/jobs/stores/results.ts";
import { readRecord } from "../persistence/records.ts";
import type { Services } from "../services.ts";

/** @returns the score of a request that is done. @throws UserError jobUnknown where it is not, or not kept any more */
export async function storedResult({ store }: Services, request: TranscriptionRequest): Promise<JobResult> {
  const { source, listen, notate, play, result } = request;
  const found =
    source && result && (await findResult(store, resultFolder(result.fingerprint, source, listen, notate, play)));
  if (!found) throw new UserError("jobUnknown");
  return found;
}

/** @returns where in the store the score of a request lies, and what was heard for it, for all pipelines that may have made them */
export async function objectsOf(
  { redis, settings }: Services,
  request: TranscriptionRequest,
): Promise<readonly string[]> {
  const { source, listen, notate, play, result } = request;
  if (!source) return [];
  const current = await currentFingerprint(redis, settings.REDIS_PREFIX);
  const fingerprints = new Set([result?.fingerprint, current].filter((each) => each !== undefined));
  return [...fingerprints].flatMap((fingerprint) => {
    const heardKey = performanceKey(fingerprint, source.hash, listen);
    return [resultFolder(fingerprint, source, listen, notate, play), heardKey, ...stemKeys(heardKey)];
  });
}

/**
 * Deletes of a recording what no record names any more: all of it where no record names the recording, else the objects
 * that belong to no remaining request.
 *
 * @param objects as `objectsOf` gave them for the requests whose records were deleted
 */
export async function deleteUnnamed(services: Services, hash: string, objects: readonly string[]): Promise<void> {
  const { records, store } = services;
  const named = new Set<string>();
  let isNamed = false;
  for await (const { text } of records.scan()) {
    if (!text.includes(hash)) continue;
    isNamed = true; // a damaged record too: its recording may be somebody's
    const request = readRecord(text);
    if (request) for (const object of await objectsOf(services, request)) named.add(object);
  }
  const unnamed = isNamed ? objects.filter((object) => !named.has(object)) : [sourceKey(hash), resultsFolder(hash)];
  for (const object of unnamed) await store.delete(object);
}
