import type { Log } from "@groovesheet/jobs/log.ts";
import type { Cancellation } from "@groovesheet/jobs/queue/cancellation.ts";
import type { ProcessorState } from "@groovesheet/jobs/queue/processors.ts";
import { jobSchema, type TranscriptionJob } from "@groovesheet/jobs/request.ts";
import type { JobResult, Stage } from "@groovesheet/jobs/result.ts";
import type { ProcessorSettings } from "@groovesheet/jobs/settings.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { type Job as QueueJob, WaitingError } from "bullmq";
import type { Child, TaskListeners } from "../sandbox/child.ts";
import { ChildFault } from "../sandbox/fault.ts";
import type { TaskResult } from "../sandbox/messages.ts";
import {
  INITIAL_ESTIMATE,
  INITIAL_ESTIMATE_SEPARATED,
  measureProgress,
  movingAverage,
  type StageSeconds,
  updateEstimate,
} from "./eta.ts";
import { outcomeOf } from "./job-outcome.ts";
import { type JobRun, runJob } from "./run-job.ts";

const PROGRESS_INTERVAL_MS = 1000;

type ClaimedJob = QueueJob<TranscriptionJob, JobResult>;

/** @throws errors that BullMQ reads as a final failure, a failure to be tried again, or a job handed back */
type JobHandler = (
  queueJob: ClaimedJob,
  token: string | undefined,
  child: Child,
  stop: AbortSignal,
) => Promise<JobResult>;

interface JobHandlerOptions {
  readonly settings: ProcessorSettings;
  readonly store: ObjectStore;
  readonly cancellation: Cancellation;
  /** its speed is updated after each job */
  readonly state: ProcessorState;
  readonly rememberModel: (model: string) => Promise<void>;
  /** receives the result of each job that was run, and the seconds that it took */
  readonly onMeasured: (result: TaskResult, seconds: number) => void;
  /** called for faults that are this machine's and not the job's */
  readonly onMachineFault: () => void;
  readonly log: Log;
}

/** Separation of the drums takes most of the time, so the two are estimated apart. */
type Input = "mix" | "separated";

/** The function that a worker calls for each job: it runs the job, reports progress and translates faults for BullMQ. */
export function createJobHandler(options: JobHandlerOptions): JobHandler {
  const { settings, store, cancellation, state, rememberModel, onMeasured, onMachineFault, log } = options;
  const expected: Record<Input, StageSeconds> = { mix: INITIAL_ESTIMATE, separated: INITIAL_ESTIMATE_SEPARATED };

  const updateSpeed = async ({ taskResult }: JobRun, input: Input, seconds: number) => {
    if (!taskResult?.stageSeconds.listen) return;
    expected[input] = updateEstimate(expected[input], taskResult.stageSeconds);
    state.secondsPerJob = movingAverage(state.secondsPerJob, seconds);
    state.speed = movingAverage(state.speed, taskResult.summary.duration / seconds);
    await rememberModel(taskResult.summary.model);
  };

  return async (queueJob, token, child, stop) => {
    const jobLog = log.child({ job: queueJob.id, kind: queueJob.name, start: queueJob.attemptsStarted });
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    const progress = reportProgress(queueJob, seconds, expected, jobLog);
    const onLog = (line: string) => jobLog.info({ line }, "pipeline");
    let cancelled = false;
    try {
      const job = jobSchema.parse(queueJob.data);
      cancelled = await cancellation.isCancelled(job.id);
      if (cancelled) throw new Error("cancelled before it began");
      jobLog.info("job begins");
      const listeners: TaskListeners = { signal: stop, onLog, onProgress: progress.onProgress };
      const run = await runJob(job, { store, child, settings, fingerprint: state.fingerprint }, listeners);
      if (run.taskResult) onMeasured(run.taskResult, seconds());
      await updateSpeed(run, progress.input(), seconds()).catch((err) => jobLog.warn({ err }, "speed not recorded"));
      jobLog.info(
        { seconds: seconds(), stages: run.taskResult?.stageSeconds },
        run.taskResult ? "job done" : "job was done before",
      );
      return run.result;
    } catch (error) {
      const outcome = outcomeOf(error, cancelled ? "cancelled" : stop.reason);
      if (outcome) {
        jobLog.warn({ err: error, seconds: seconds() }, "job failed");
        throw outcome;
      }
      jobLog.warn(stop.aborted ? {} : { err: error }, "job handed back");
      if (!stop.aborted && !(error instanceof ChildFault)) onMachineFault();
      await queueJob.moveToWait(token);
      throw new WaitingError();
    }
  };
}

function reportProgress(
  queueJob: ClaimedJob,
  seconds: () => number,
  expected: Readonly<Record<Input, StageSeconds>>,
  log: Log,
) {
  let input: Input = "mix";
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    input: () => input,
    onProgress({ stage, fraction }: { stage: Stage; fraction: number }) {
      if (stage === "separate") input = "separated";
      if (seconds() - reportedAt < PROGRESS_INTERVAL_MS / 1000) return;
      reportedAt = seconds();
      queueJob
        .updateProgress(measureProgress(stage, fraction, seconds(), expected[input]))
        .catch((err) => log.warn({ err }, "progress not reported"));
    },
  };
}
