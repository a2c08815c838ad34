import { setTimeout as sleep } from "node:timers/promises";
import { openEvents } from "@groovesheet/jobs/queue/queues.ts";
import { isRedisOutage } from "@groovesheet/jobs/redis-outages.ts";
import { progressSchema } from "@groovesheet/jobs/result.ts";
import { repeat } from "../concurrency/repeat.ts";
import type { Services } from "../services.ts";
import { deleteLeftovers } from "./delete-user-data.ts";
import type { Requests } from "./requests.ts";
import type { StatusBoard } from "./status-board.ts";

/** milliseconds between two refreshes of the status messages */
const REFRESH_MS = 1500;
/** milliseconds between two sweeps over the open requests, for events that were lost and what another bot left */
const SWEEP_MS = 15_000;

/**
 * Advances requests when their jobs end, and all open ones now and every few seconds.
 *
 * @returns a function that stops watching, within this number of milliseconds: without Redis it cannot stop properly
 */
export async function watchQueue(
  services: Services,
  requests: Requests,
  board: StatusBoard,
): Promise<(ms: number) => Promise<void>> {
  const { log, records } = services;
  const queues = openEvents(services.settings);
  for (const { events } of queues) {
    events.on("error", (err) => isRedisOutage(err) || log.warn({ err }, "queue events"));
    for (const end of ["completed", "failed", "removed"] as const) {
      events.on(end, ({ jobId }: { jobId: string }) => void requests.advance(jobId));
    }
    events.on("progress", ({ jobId, data }) => {
      const progress = progressSchema.safeParse(data);
      if (progress.success) board.progress(jobId, progress.data);
    });
  }
  await Promise.all(queues.map(({ events }) => events.waitUntilReady()));

  const report = (err: unknown) => log.warn({ err }, "the queue cannot be read");
  const sweep = async () => {
    const open = await records.openIds();
    board.keepOnly(open);
    for (const id of open) void requests.advance(id);
    await deleteLeftovers(services);
  };
  const refreshing = repeat(REFRESH_MS, () => board.refresh(), report);
  const sweeping = repeat(SWEEP_MS, sweep, report);
  return async (ms) => {
    const closed = [refreshing.stop(), sweeping.stop(), ...queues.map(({ events }) => events.close())];
    await Promise.race([Promise.all(closed.map((each) => each.catch(report))), sleep(ms, undefined, { ref: false })]);
  };
}
