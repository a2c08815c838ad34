import { Redis } from "ioredis";

/** Asks the processor that runs a job to stop it; BullMQ's own `cancelJob` reaches only its own process. */
export interface Cancellation {
  /** marks the job and notifies all processors */
  cancel(id: string): Promise<void>;
  isCancelled(id: string): Promise<boolean>;
  /** removes the mark of a job that is over */
  unmark(id: string): Promise<void>;
  /** @returns a function that unsubscribes */
  listen(onCancel: (id: string) => void): Promise<() => Promise<void>>;
}

/** seconds for which a cancelled job stays marked */
const MARK_SECONDS = 24 * 3600;

export function openCancellation(redis: Redis, prefix: string): Cancellation {
  const key = (id: string) => `${prefix}:cancelled:${id}`;
  const channel = `${prefix}:cancel`;
  return {
    async cancel(id) {
      await redis.set(key(id), "1", "EX", MARK_SECONDS);
      await redis.publish(channel, id);
    },
    isCancelled: async (id) => (await redis.exists(key(id))) === 1,
    async unmark(id) {
      await redis.del(key(id));
    },
    async listen(onCancel) {
      const { commandTimeout: _, ...patient } = redis.options; // a subscriber waits for Redis to come back
      const subscriber = new Redis({ ...patient, maxRetriesPerRequest: null });
      subscriber.on("error", () => {}); // it reconnects by itself; the main connection reports the outage
      subscriber.on("message", (_, id) => onCancel(id));
      await subscriber.subscribe(channel);
      return async () => subscriber.disconnect();
    },
  };
}
