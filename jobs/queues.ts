import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import type { Job, RequestKind } from "./request.ts";
import { REQUEST_KINDS } from "./request.ts";
import type { JobResult } from "./result.ts";
import type { SharedSettings } from "./settings.ts";

export type JobQueue = Queue<Job, JobResult, RequestKind>;
export type JobQueues = Readonly<Record<RequestKind, JobQueue>>;

/** A job is tried again once: a crash may be the machine's fault, twice is the file's. */
const ATTEMPTS = 2;

/**
 * Times that a job may begin in all, those among them that ended by no fault of its own: processors that were killed or
 * stopped, a store that was away. So many in a row are no chance.
 */
export const MAX_STARTS = 10;

/**
 * A connection for a process that asks: commands fail within seconds while Redis is away, so that a person hears of
 * it, instead of waiting in memory.
 */
export function connectAsking(settings: Pick<SharedSettings, "REDIS_URL">): Redis {
  return new Redis(settings.REDIS_URL, { maxRetriesPerRequest: 1, commandTimeout: 2000 });
}

/** A connection for a process that waits for work: it waits through an outage of Redis. */
export function connectWaiting(settings: Pick<SharedSettings, "REDIS_URL">): Redis {
  return new Redis(settings.REDIS_URL, { maxRetriesPerRequest: null });
}

/** One queue a kind: a re-notation takes seconds and never waits behind a song. */
export function openQueues(connection: Redis, settings: Pick<SharedSettings, "REDIS_PREFIX" | "KEEP_DAYS">): JobQueues {
  const age = settings.KEEP_DAYS * 24 * 3600;
  const open = (kind: RequestKind): JobQueue => {
    const queue: JobQueue = new Queue(kind, {
      connection,
      prefix: settings.REDIS_PREFIX,
      defaultJobOptions: {
        attempts: ATTEMPTS,
        removeOnComplete: { age, count: 10_000 },
        removeOnFail: { age, count: 10_000 },
      },
    });
    queue.on("error", () => {}); // the connection's owner hears of it too, and whoever asked
    return queue;
  };
  return { transcribe: open("transcribe"), renotate: open("renotate") };
}

/** What happens in the queues, from now on. */
export function openEvents(
  settings: Pick<SharedSettings, "REDIS_URL" | "REDIS_PREFIX">,
): readonly { kind: RequestKind; events: QueueEvents }[] {
  return REQUEST_KINDS.map((kind) => ({
    kind,
    events: new QueueEvents(kind, {
      // Options instead of a connection: BullMQ closes only what it opened itself.
      connection: { url: settings.REDIS_URL, maxRetriesPerRequest: null },
      prefix: settings.REDIS_PREFIX,
    }),
  }));
}

/**
 * Puts a job into its queue; a second time with the same id changes nothing.
 *
 * @param ahead unfinished jobs of the same person: each lets one round of others go first
 */
export async function enqueue(queues: JobQueues, job: Job, ahead: number): Promise<void> {
  await queues[job.kind].add(job.kind, job, { jobId: job.id, priority: 1 + ahead });
}
