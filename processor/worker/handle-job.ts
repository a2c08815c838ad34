import type { Cancellation } from "@groovesheet/jobs/cancellation.ts";
import type { Log } from "@groovesheet/jobs/log.ts";
import type { ProcessorState } from "@groovesheet/jobs/processors.ts";
import { type Job, jobSchema } from "@groovesheet/jobs/request.ts";
import type { JobResult, Stage } from "@groovesheet/jobs/result.ts";
import type { ProcessorSettings } from "@groovesheet/jobs/settings.ts";
import type { ObjectStore } from "@groovesheet/jobs/store.ts";
import { type Job as QueueJob, WaitingError } from "bullmq";
import type { Child, TaskListeners } from "../sandbox/child.ts";
import { ChildFault } from "../sandbox/fault.ts";
import type { Product } from "../sandbox/messages.ts";
import { FIRST_GUESS, FIRST_GUESS_SEPARATED, learn, measureProgress, mix, type StageSeconds } from "./eta.ts";
import { verdictOn } from "./job-outcome.ts";
import { doJob, type Work } from "./run-job.ts";

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
  /** hears how long the stages of a job took, and the whole of it in seconds */
  readonly onMeasured: (product: Product, seconds: number) => void;
  /** hears of faults that are this machine's and not the job's */
  readonly onTrouble: (error: unknown) => void;
  readonly log: Log;
}

/** What a worker does with each job that it takes: the work, its progress, and its faults as BullMQ understands them. */
export function openTaker(tools: Tools): Take {
  const { settings, store, cancellation, state, rememberModel, onMeasured, onTrouble, log } = tools;
  const expected: Record<Road, StageSeconds> = { mix: FIRST_GUESS, separated: FIRST_GUESS_SEPARATED };

  const learnFrom = async (work: Work, road: Road, seconds: number) => {
    if (!work.product?.stageSeconds.listen) return;
    expected[road] = learn(expected[road], work.product.stageSeconds);
    state.secondsPerJob = mix(state.secondsPerJob, seconds);
    state.speed = mix(state.speed, work.product.summary.duration / seconds);
    await rememberModel(work.product.summary.model);
  };

  return async (queueJob, token, child, stop) => {
    const jobLog = log.child({ job: queueJob.id, kind: queueJob.name, start: queueJob.attemptsStarted });
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    const telling = tellProgress(queueJob, seconds, expected, jobLog);
    const onLog = (line: string) => jobLog.info({ line }, "pipeline");
    let cancelled = false;
    try {
      const job = jobSchema.parse(queueJob.data);
      cancelled = await cancellation.isCancelled(job.id);
      if (cancelled) throw new Error("cancelled before it began");
      jobLog.info("job begins");
      const listeners: TaskListeners = { signal: stop, onLog, onProgress: telling.onProgress };
      const work = await doJob(job, { store, child, settings, fingerprint: state.fingerprint }, listeners);
      if (work.product) onMeasured(work.product, seconds());
      await learnFrom(work, telling.road(), seconds()).catch((err) => jobLog.warn({ err }, "speed could not be told"));
      jobLog.info(
        { seconds: seconds(), stages: work.product?.stageSeconds },
        work.product ? "job done" : "done before",
      );
      return work.result;
    } catch (error) {
      const verdict = verdictOn(error, cancelled ? "cancelled" : stop.reason);
      if (verdict) {
        jobLog.warn({ err: error, seconds: seconds() }, "job failed");
        throw verdict;
      }
      jobLog.warn(stop.aborted ? {} : { err: error }, "job handed back");
      if (!stop.aborted && !(error instanceof ChildFault)) onTrouble(error);
      await queueJob.moveToWait(token);
      throw new WaitingError();
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
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    road: () => road,
    onProgress({ stage, fraction }: { stage: Stage; fraction: number }) {
      if (stage === "separate") road = "separated";
      if (seconds() - toldAt < PROGRESS_MS / 1000) return;
      toldAt = seconds();
      queueJob
        .updateProgress(measureProgress(stage, fraction, seconds(), expected[road]))
        .catch((err) => log.warn({ err }, "progress could not be told"));
    },
  };
}
