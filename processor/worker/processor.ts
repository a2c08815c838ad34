import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@groovesheet/jobs/log.ts";
import { deleteLeftovers } from "@groovesheet/jobs/processes/temporary.ts";
import { openCancellation } from "@groovesheet/jobs/queue/cancellation.ts";
import {
  announceProcessor,
  type ProcessorState,
  rememberModel,
  withdrawProcessor,
} from "@groovesheet/jobs/queue/processors.ts";
import { connectAsking, connectWaiting, MAX_STARTS } from "@groovesheet/jobs/queue/queues.ts";
import { isRedisOutage, logOutages } from "@groovesheet/jobs/redis-outages.ts";
import { REQUEST_KINDS, type RequestKind, type TranscriptionJob } from "@groovesheet/jobs/request.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import type { ProcessorSettings } from "@groovesheet/jobs/settings.ts";
import { openStore } from "@groovesheet/jobs/stores/open.ts";
import { Worker } from "bullmq";
import { openChild } from "../sandbox/child.ts";
import { openCircuitBreaker } from "./circuit-breaker.ts";
import { createJobHandler } from "./handle-job.ts";
import type { StopReason } from "./job-outcome.ts";
import { openProcessorMetrics } from "./metrics.ts";
import { testStorage } from "./run-job.ts";
import { openStatusServer } from "./status-server.ts";

export interface Processor {
  /** takes no more jobs, waits for the running ones and hands back those that do not finish in time */
  stop(): Promise<void>;
}

export interface ProcessorOptions {
  /** URL of the pipeline's module */
  readonly pipeline: URL;
  /** `fingerprint()` of the pipeline; results of other ones are not used */
  readonly fingerprint: string;
  readonly log: Log;
  /** seconds of silence after which a child is killed */
  readonly silentSeconds?: number;
}

const ANNOUNCE_MS = 5000;
const SILENT_SECONDS = 120;
/** milliseconds between two attempts to reach Redis while it is unreachable */
const RETRY_MS = 1000;
/** seconds beyond SHUTDOWN_SECONDS after which a stop ends even if Redis does not answer */
const CLOSE_SECONDS = 8;

/** Takes jobs from both queues; each job runs in a child process. */
export async function startProcessor(settings: ProcessorSettings, options: ProcessorOptions): Promise<Processor> {
  const { log } = options;
  const prefix = settings.REDIS_PREFIX;
  const asking = connectAsking(settings);
  const waiting = connectWaiting(settings);
  logOutages(asking, log);
  waiting.on("error", () => {}); // the other connection reports the outage
  const store = await openStore(settings);
  const cancellation = openCancellation(asking, prefix);
  const state: ProcessorState = {
    id: randomUUID(),
    host: hostname(),
    devices: settings.DEVICES,
    concurrency: settings.CONCURRENCY,
    fingerprint: options.fingerprint,
    running: [],
    circuitOpen: false,
    startedAt: Date.now(),
  };
  const metrics = openProcessorMetrics(state);
  const announce = () =>
    announceProcessor(asking, prefix, state).catch((err) => log.warn({ err }, "presence not announced"));
  const handle = createJobHandler({
    settings,
    store,
    cancellation,
    state,
    rememberModel: (model) => rememberModel(asking, prefix, model),
    onMeasured: (result, seconds) => {
      if (result.device) state.devices = [result.device]; // the one in use instead of the configured ones
      metrics.measured(result, seconds);
    },
    onMachineFault: () => circuitBreaker.trip(),
    log,
  });

  const workers = REQUEST_KINDS.map((kind) => {
    const free = Array.from({ length: settings.CONCURRENCY }, () =>
      openChild(options.pipeline, {
        seconds: settings.JOB_SECONDS,
        secondsPerMinute: settings.JOB_SECONDS_PER_MINUTE,
        megabytes: settings.JOB_MEMORY_MB,
        tasks: settings.JOBS_PER_CHILD,
        silentSeconds: options.silentSeconds ?? SILENT_SECONDS,
      }),
    );
    const children = [...free];
    const worker = new Worker<TranscriptionJob, JobResult, RequestKind>(
      kind,
      async (job, token, signal) => {
        const child = free.pop()!; // there are as many as the worker's concurrency
        state.running.push(job.id!);
        void announce();
        try {
          return await handle(job, token, child, signal!);
        } finally {
          state.running.splice(state.running.indexOf(job.id!), 1);
          free.push(child);
          void announce();
        }
      },
      {
        connection: waiting,
        prefix,
        name: state.id,
        concurrency: settings.CONCURRENCY,
        lockDuration: settings.LOCK_SECONDS * 1000,
        stalledInterval: settings.LOCK_SECONDS * 1000,
        maxStalledCount: MAX_STARTS, // not the job's fault: its processor died
        maxStartedAttempts: MAX_STARTS,
        runRetryDelay: RETRY_MS,
      },
    );
    worker.on("error", (err) => isRedisOutage(err) || log.error({ err, kind }, "worker"));
    worker.on("stalled", (job) => log.warn({ job, kind }, "job of a processor that died is run again"));
    metrics.watch(kind, worker);
    return { worker, children };
  });

  const circuitBreaker = openCircuitBreaker(
    () => workers.map(({ worker }) => worker),
    () => testStorage(store, state.id),
    (open) => {
      state.circuitOpen = open;
      void announce();
    },
    log,
  );
  const announcing = setInterval(announce, ANNOUNCE_MS);
  const stopListening = await cancellation.listen((id) => {
    for (const { worker } of workers) worker.cancelJob(id, "cancelled" satisfies StopReason);
  });
  await deleteLeftovers();
  await Promise.all(workers.map(({ worker }) => worker.waitUntilReady()));
  await announce();
  const statusServer = await openStatusServer(settings, metrics, { redis: asking, state, log });
  log.info({ id: state.id, devices: settings.DEVICES, concurrency: settings.CONCURRENCY }, "processor is ready");

  return {
    async stop() {
      clearInterval(announcing);
      circuitBreaker.stop();
      const handBack = setTimeout(() => {
        for (const { worker } of workers) worker.cancelAllJobs("handBack" satisfies StopReason);
      }, settings.SHUTDOWN_SECONDS * 1000);
      const closed = Promise.all(workers.map(({ worker }) => worker.close()));
      const late = sleep((settings.SHUTDOWN_SECONDS + CLOSE_SECONDS) * 1000, "late", { ref: false });
      if ((await Promise.race([closed, late])) === "late") {
        log.error("Redis does not answer; other processors run the unfinished jobs again");
      }
      clearTimeout(handBack);
      await Promise.all(workers.flatMap(({ children }) => children.map((child) => child.close())));
      await statusServer?.close();
      await stopListening();
      await withdrawProcessor(asking, prefix, state.id).catch(() => {}); // it expires anyway
      asking.disconnect();
      waiting.disconnect();
      log.info("processor has stopped");
    },
  };
}
