import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { jobSchema, REQUEST_KINDS, type RequestKind, type TranscriptionJob } from "../request.ts";
import type { JobResult } from "../result.ts";
import type { SharedSettings } from "../settings.ts";

export type JobQueue = Queue<TranscriptionJob, JobResult, RequestKind>;
export type JobQueues = Readonly<Record<RequestKind, JobQueue>>;

/** A job is retried once: one crash may be the machine's fault, two are the file's. */
const ATTEMPTS = 2;

/**
 * How often a job may start in all, including starts that ended through no fault of its own (processors that were killed or
 * stopped, an unreachable store). So many in a row are no coincidence.
 */
export const MAX_STARTS = 10;

/**
 * Opens a connection that fails fast: while Redis is unreachable, commands fail within seconds, so that a person gets an
 * answer.
 */
export function connectAsking(settings: Pick<SharedSettings, "REDIS_URL">): Redis {
  return new Redis(settings.REDIS_URL, { maxRetriesPerRequest: 1, commandTimeout: 2000 });
}

/** Opens a connection that waits through an outage of Redis, for workers. */
export function connectWaiting(settings: Pick<SharedSettings, "REDIS_URL">): Redis {
  return new Redis(settings.REDIS_URL, { maxRetriesPerRequest: null });
}

/** One queue per kind: a correction takes seconds and never waits behind a song or a video. */
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
    queue.on("error", () => {}); // the owner of the connection and the caller get the error too
    return queue;
  };
  return { transcribe: open("transcribe"), renotate: open("renotate"), play: open("play") };
}

/** Opens the event streams of the queues, starting now. */
export function openEvents(
  settings: Pick<SharedSettings, "REDIS_URL" | "REDIS_PREFIX">,
): readonly { kind: RequestKind; events: QueueEvents }[] {
  return REQUEST_KINDS.map((kind) => ({
    kind,
    events: new QueueEvents(kind, {
      // options instead of a connection: BullMQ only closes connections that it opened
      connection: { url: settings.REDIS_URL, maxRetriesPerRequest: null },
      prefix: settings.REDIS_PREFIX,
    }),
  }));
}

/**
 * Adds a job to its queue. Adding the same id again has no effect.
 *
 * @param job what a request holds besides, such as its tokens, is left out
 * @param ahead number of unfinished jobs of the same person; each lets one round of other people's jobs go first
 */
export async function enqueue(queues: JobQueues, job: TranscriptionJob, ahead: number): Promise<void> {
  await queues[job.kind].add(job.kind, jobSchema.parse(job), { jobId: job.id, priority: 1 + ahead });
}

/** entries of an event stream that are read with one command */
const EVENTS_BATCH = 1000;

/** Deletes the events of jobs from the stream of their queue: they repeat results, titles among them. */
export async function eraseEvents(redis: Redis, queue: JobQueue, ids: ReadonlySet<string>): Promise<void> {
  const key = queue.toKey("events");
  for (let start = "-"; ; ) {
    const entries = await redis.xrange(key, start, "+", "COUNT", EVENTS_BATCH);
    const own = entries.filter(([, fields]) => ids.has(fields[fields.indexOf("jobId") + 1] ?? ""));
    if (own.length) await redis.xdel(key, ...own.map(([id]) => id));
    if (entries.length < EVENTS_BATCH) return;
    start = `(${entries.at(-1)![0]}`;
  }
}
