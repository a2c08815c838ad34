import { REQUEST_KINDS } from "@groovesheet/jobs/request.ts";
import { jobsOf } from "../observability/queue-snapshot.ts";
import type { Services } from "../services.ts";

/** Starts no more jobs; running ones are finished. */
export async function pauseQueues({ queues }: Services): Promise<void> {
  await Promise.all(REQUEST_KINDS.map((kind) => queues[kind].pause()));
}

export async function resumeQueues({ queues }: Services): Promise<void> {
  await Promise.all(REQUEST_KINDS.map((kind) => queues[kind].resume()));
}

/**
 * Deletes failed jobs from the list.
 *
 * @param guildId whose, undefined for those of everybody
 * @returns how many
 */
export async function clearFailed(services: Services, guildId: string | undefined): Promise<number> {
  const { failed } = await jobsOf(services, guildId);
  for (const { request } of failed) await services.queues[request.kind].remove(request.id);
  return failed.length;
}
