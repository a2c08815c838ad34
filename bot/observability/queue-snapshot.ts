import { type ProcessorState, presentProcessors } from "@groovesheet/jobs/queue/processors.ts";
import { jobSchema, REQUEST_KINDS, type TranscriptionJob } from "@groovesheet/jobs/request.ts";
import { type Progress, progressSchema, readFailure } from "@groovesheet/jobs/result.ts";
import type { Services } from "../services.ts";

/** jobs of one kind and state that are looked at: more do not fit a message */
const LOOKED_AT = 1000;

export interface QueuedJob {
  readonly request: TranscriptionJob;
  readonly progress?: Progress | undefined;
  /** why it failed */
  readonly reason?: string | undefined;
}

export interface QueueState {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: readonly QueuedJob[];
  readonly failed: readonly QueuedJob[];
  readonly unfinished: readonly QueuedJob[];
  /** in the last hour */
  readonly done: number;
  /** seconds that the longest waiting job waits */
  readonly oldestWait: number | undefined;
  readonly paused: boolean;
  readonly processors: readonly ProcessorState[];
}

/** @param guildId whose jobs are meant, undefined for those of everybody */
export async function jobsOf({ queues, redis, settings }: Services, guildId: string | undefined): Promise<QueueState> {
  const read = async (states: readonly ("active" | "failed" | "wait" | "prioritized" | "delayed" | "completed")[]) => {
    const lists = await Promise.all(REQUEST_KINDS.map((kind) => queues[kind].getJobs([...states], 0, LOOKED_AT)));
    // What cannot be read is no job of ours, or one of another version.
    const readable = lists.flat().filter((job) => job && jobSchema.safeParse(job.data).success);
    return readable.filter(({ data }) => guildId === undefined || data.requester.guildId === guildId);
  };
  const [active, failed, waiting, delayed, completed, paused, processors] = await Promise.all([
    read(["active"]),
    read(["failed"]),
    read(["wait", "prioritized"]),
    read(["delayed"]),
    read(["completed"]),
    queues.transcribe.isPaused(),
    presentProcessors(redis, settings.REDIS_PREFIX),
  ]);
  const hourAgo = Date.now() - 3600_000;
  const oldest = Math.min(...waiting.map(({ timestamp }) => timestamp));
  const seen = (jobs: typeof active): QueuedJob[] =>
    jobs.map((job) => ({
      request: job.data,
      progress: progressSchema.safeParse(job.progress).data,
      reason: job.failedReason ? readFailure(job.failedReason).code : undefined,
    }));
  return {
    waiting: waiting.length,
    delayed: delayed.length,
    active: seen(active),
    // A person's own stop is no fault.
    failed: seen(failed).filter(({ reason }) => reason !== "cancelled"),
    unfinished: seen([...active, ...waiting, ...delayed]),
    done: completed.filter(({ finishedOn }) => (finishedOn ?? 0) > hourAgo).length,
    oldestWait: waiting.length ? (Date.now() - oldest) / 1000 : undefined,
    paused,
    processors,
  };
}
