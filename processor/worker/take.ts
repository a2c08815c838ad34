import { type Job as QueueJob, WaitingError } from "bullmq";
import type { Cancellation, ProcessorState } from "../../jobs/control.ts";
import type { Log } from "../../jobs/log.ts";
import { type Job, jobSchema } from "../../jobs/request.ts";
import type { JobResult, Stage } from "../../jobs/result.ts";
import type { ProcessorSettings } from "../../jobs/settings.ts";
import type { ObjectStore } from "../../jobs/store.ts";
import type { Child, TaskListeners } from "./child.ts";
import { JobFailure } from "./failure.ts";
import { FIRST_GUESS, FIRST_GUESS_SEPARATED, learn, measureProgress, mix, type StageSeconds } from "./progress.ts";
import { doJob, type Work } from "./work.ts";

/** The reason of an abort that tells a stop of the processor from a person's cancelling. */
export const HAND_BACK = "hand back";

const PROGRESS_MS = 1000;

type TakenJob = QueueJob<Job, JobResult>;
type Take = (queueJob: TakenJob, token: string | undefined, child: Child, stop: AbortSignal) => Promise<JobResult>;

interface Tools {
  readonly settings: ProcessorSettings;
  readonly store: ObjectStore;
  readonly cancellation: Cancellation;
  /** learns how fast this processor is */
  readonly state: ProcessorState;
  readonly rememberModel: (model: string) => Promise<void>;
  readonly log: Log;
}

/** What a worker does with each job that it takes: the work, its progress, and its faults as BullMQ understands them. */
export function openTaker({ settings, store, cancellation, state, rememberModel, log }: Tools): Take {
  const expected: Record<Road, StageSeconds> = { mix: FIRST_GUESS, separated: FIRST_GUESS_SEPARATED };

  const learnFrom = async (work: Work, road: Road, seconds: number) => {
    if (!work.product?.stageSeconds.listen) return;
    expected[road] = learn(expected[road], work.product.stageSeconds);
    state.secondsPerJob = mix(state.secondsPerJob, seconds);
    state.speed = mix(state.speed, work.product.summary.duration / seconds);
    await rememberModel(work.product.summary.model);
  };

  return async (queueJob, token, child, stop) => {
    const job = jobSchema.parse(queueJob.data);
    const jobLog = log.child({ job: job.id, kind: job.kind, attempt: queueJob.attemptsMade + 1 });
    if (await cancellation.isCancelled(job.id)) {
      throw new JobFailure({ code: "cancelled", facts: {} }, "before it began").toQueueError();
    }
    jobLog.info("job begins");
    const startedAt = Date.now();
    const seconds = () => (Date.now() - startedAt) / 1000;
    const telling = tellProgress(queueJob, seconds, expected, jobLog);
    const onLog = (line: string) => jobLog.info({ line }, "pipeline");
    try {
      const listeners: TaskListeners = { signal: stop, onLog, onProgress: telling.onProgress };
      const work = await doJob(job, { store, child, settings, network: state.network }, listeners);
      await learnFrom(work, telling.road(), seconds());
      jobLog.info(
        { seconds: seconds(), stages: work.product?.stageSeconds },
        work.product ? "job done" : "done before",
      );
      return work.result;
    } catch (error) {
      if (stop.aborted && stop.reason === HAND_BACK) {
        jobLog.info("job handed back");
        await queueJob.moveToWait(token);
        throw new WaitingError();
      }
      jobLog.warn({ err: error, seconds: seconds() }, "job failed");
      if (error instanceof JobFailure) throw error.toQueueError();
      throw new JobFailure({ code: "internal", facts: {} }, String(error)).toQueueError();
    }
  };
}

/** Whether the drums are taken out of the mix first: that takes most of the time. */
type Road = "mix" | "separated";

function tellProgress(
  queueJob: TakenJob,
  seconds: () => number,
  expected: Readonly<Record<Road, StageSeconds>>,
  log: Log,
) {
  let road: Road = "mix";
  let toldAt = 0;
  return {
    road: () => road,
    onProgress({ stage, fraction }: { stage: Stage; fraction: number }) {
      if (stage === "separate") road = "separated";
      if (Date.now() - toldAt < PROGRESS_MS) return;
      toldAt = Date.now();
      queueJob
        .updateProgress(measureProgress(stage, fraction, seconds(), expected[road]))
        .catch((err) => log.warn({ err }, "progress could not be told"));
    },
  };
}
