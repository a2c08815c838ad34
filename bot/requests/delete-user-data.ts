import { setTimeout as sleep } from "node:timers/promises";
import { eraseEvents } from "@groovesheet/jobs/queue/queues.ts";
import { isOpen, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Leftover } from "../persistence/leftovers.ts";
import { readRecord } from "../persistence/records.ts";
import type { Services } from "../services.ts";
import type { Requests } from "./requests.ts";
import { deleteUnnamed, objectsOf } from "./stored-objects.ts";

/** milliseconds that running jobs have to stop; what they leave is deleted by a sweep later */
const STOP_MS = 10_000;
const POLL_MS = 200;

/**
 * Deletes all data about a person: records, jobs and their events, language, sums, and every recording and score that
 * nobody else sent. Jobs that run are stopped first. What cannot be deleted yet is written down, and
 * `deleteLeftovers` deletes it when its job is over.
 */
export async function deleteUserData(services: Services, requests: Requests, userId: string): Promise<void> {
  const { records, leftovers, preferences, log } = services;
  const deadline = performance.now() + STOP_MS;
  for (;;) {
    const running = (await requestsOf(services, userId)).filter(isOpen);
    for (const request of running) await requests.cancel(request);
    if (running.length === 0 || performance.now() > deadline) break;
    await sleep(POLL_MS);
  }
  const all = await requestsOf(services, userId);
  for (const request of all) {
    const { id, kind, source } = request;
    await leftovers.add({ id, kind, hash: source?.hash, objects: [...(await objectsOf(services, request))] });
    await records.discard(request);
  }
  await deleteDamaged(services, userId);
  await records.deleteSums(userId);
  await services.offers.delete(userId);
  await preferences.deleteLanguage(userId);
  await deleteLeftovers(services);
  log.info({ requests: all.length }, "a person's data was deleted");
}

/** Deletes jobs, events and stored objects of requests whose records are gone, as far as their jobs are over. */
export async function deleteLeftovers(services: Services): Promise<void> {
  const { leftovers, queues, cancellation } = services;
  const ended: Leftover[] = [];
  for (const leftover of await leftovers.all()) {
    const queue = queues[leftover.kind];
    await queue.remove(leftover.id);
    if ((await queue.getJobState(leftover.id)) === "unknown") ended.push(leftover);
  }
  for (const [kind, queue] of Object.entries(queues)) {
    const ids = ended.filter((each) => each.kind === kind).map(({ id }) => id);
    if (ids.length) await eraseEvents(services.redis, queue, new Set(ids));
  }
  const objects = new Map<string, string[]>();
  for (const { hash, objects: own } of ended) if (hash) objects.set(hash, [...(objects.get(hash) ?? []), ...own]);
  for (const [hash, own] of objects) await deleteUnnamed(services, hash, own);
  for (const leftover of ended) {
    await cancellation.unmark(leftover.id);
    await leftovers.remove(leftover);
  }
}

async function requestsOf({ records }: Services, userId: string): Promise<readonly TranscriptionRequest[]> {
  const found: TranscriptionRequest[] = [];
  for await (const { text } of records.scan()) {
    const request = text.includes(userId) ? readRecord(text) : undefined;
    if (request?.requester.userId === userId) found.push(request);
  }
  return found;
}

/** A record that cannot be read is the person's where it names them. */
async function deleteDamaged({ records }: Services, userId: string): Promise<void> {
  for await (const { id, text } of records.scan()) {
    if (text.includes(userId) && !readRecord(text)) await records.deleteDamaged(id);
  }
}
