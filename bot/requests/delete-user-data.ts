import { isOpen, type Request } from "@groovesheet/jobs/request.ts";
import { resultsFolder, sourceKey } from "@groovesheet/jobs/results.ts";
import { readRecord } from "../persistence/records.ts";
import type { Services } from "../services.ts";
import type { Requests } from "./requests.ts";

/** milliseconds that running jobs have to stop before what they left is deleted */
const STOP_MS = 10_000;

/** Deletes what is kept of a person: records, language, and every recording and score that nobody else asked for. */
export async function deleteUserData(services: Services, requests: Requests, userId: string): Promise<void> {
  const { records, queues, store, preferences, log } = services;
  const deadline = Date.now() + STOP_MS;
  for (;;) {
    const { mine } = await sortRecords(services, userId);
    const running = mine.filter(isOpen);
    for (const request of running) await requests.cancel(request);
    if (running.length === 0 || Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { mine, others } = await sortRecords(services, userId);
  for (const request of mine) {
    await queues[request.kind].remove(request.id);
    await records.discard(request);
  }
  const hashes = new Set(mine.flatMap(({ source }) => source?.hash ?? []));
  for (const { source } of others) if (source) hashes.delete(source.hash);
  for (const hash of hashes) {
    await store.delete(sourceKey(hash));
    await store.delete(resultsFolder(hash));
  }
  await records.deleteSums(userId);
  await preferences.forget(userId);
  log.info({ recordings: hashes.size }, "a person's data was deleted");
}

async function sortRecords({ records }: Services, userId: string) {
  const mine: Request[] = [];
  const others: Request[] = [];
  for await (const { text } of records.scan()) {
    const request = readRecord(text);
    if (request) (request.requester.userId === userId ? mine : others).push(request);
  }
  return { mine, others };
}
