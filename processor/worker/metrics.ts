import { readdir, readFile } from "node:fs/promises";
import type { ProcessorState } from "@groovesheet/jobs/queue/processors.ts";
import type { RequestKind, TranscriptionJob } from "@groovesheet/jobs/request.ts";
import { type JobResult, readFailure } from "@groovesheet/jobs/result.ts";
import type { Worker } from "bullmq";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { TaskResult } from "../sandbox/messages.ts";

/** The metrics of one processor. */
export interface ProcessorMetrics {
  readonly registry: Registry;
  /** counts every job of a worker */
  watch(kind: RequestKind, worker: Worker<TranscriptionJob, JobResult, RequestKind>): void;
  /** @param seconds of work for a recording that was listened to */
  measured(result: TaskResult, seconds: number): void;
}

const WAIT_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];
const WORK_BUCKETS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800];
const STAGE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const FACTOR_BUCKETS = [0.5, 1, 2, 5, 10, 20, 40, 80, 160];

/** @param state of this processor, which changes while it works */
export function openProcessorMetrics(state: Readonly<ProcessorState>): ProcessorMetrics {
  const registry = new Registry();
  const registers = [registry];
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name: `groovesheet_${name}`, help, labelNames, buckets, registers });
  const waited = histogram("job_wait_seconds", "Seconds from queueing to the first start.", ["kind"], WAIT_BUCKETS);
  const worked = histogram("job_seconds", "Seconds of work, for jobs that gave a score.", ["kind"], WORK_BUCKETS);
  const stages = histogram("stage_seconds", "Seconds of each stage.", ["stage"], STAGE_BUCKETS);
  const factor = histogram("realtime_factor", "Seconds of music per second of work.", [], FACTOR_BUCKETS);
  const jobs = new Counter({
    name: "groovesheet_jobs_total",
    help: "Attempts by outcome: done, or why there is no score. A job that is tried again counts each time.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const device = new Gauge({
    name: "groovesheet_device",
    help: "1 for the device that the last recording was listened to on: cuda, webgpu or cpu.",
    labelNames: ["device"],
    registers,
  });
  measureState(registry, state);
  return {
    registry,
    watch(kind, worker) {
      worker.on("active", (job) => {
        if (job.attemptsStarted === 1) waited.observe({ kind }, secondsBetween(job.timestamp, job.processedOn));
      });
      worker.on("completed", (job) => {
        jobs.inc({ kind, outcome: "done" });
        worked.observe({ kind }, secondsBetween(job.processedOn ?? 0, job.finishedOn));
      });
      worker.on("failed", (_, error) => {
        jobs.inc({ kind, outcome: readFailure(error.message).code });
      });
    },
    measured(result, seconds) {
      for (const [stage, taken] of Object.entries(result.stageSeconds)) stages.observe({ stage }, taken);
      if (result.device === undefined) return;
      factor.observe(result.summary.duration / seconds);
      device.reset();
      device.set({ device: result.device }, 1);
    },
  };
}

function measureState(registry: Registry, state: Readonly<ProcessorState>): void {
  const registers = [registry];
  new Gauge({
    name: "groovesheet_running_jobs",
    help: "Jobs that this processor is running.",
    registers,
    collect() {
      this.set(state.running.length);
    },
  });
  new Gauge({
    name: "groovesheet_circuit_open",
    help: "1 while this processor takes no jobs because its store or disk fails.",
    registers,
    collect() {
      this.set(state.circuitOpen ? 1 : 0);
    },
  });
  new Gauge({
    name: "groovesheet_children_resident_bytes",
    help: "Resident memory of the child processes that run jobs; Linux only.",
    registers,
    async collect() {
      this.set(await childrenResidentBytes());
    },
  });
}

/** Never negative, although the clocks of two machines may differ. */
function secondsBetween(from: number, to = Date.now()): number {
  return Math.max(0, to - from) / 1000;
}

async function childrenResidentBytes(): Promise<number> {
  const statuses = await Promise.all(
    (await readdir("/proc").catch(() => []))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/status`, "utf8").catch(() => "")), // the process may have ended
  );
  const own = statuses.filter((status) => new RegExp(`^PPid:\\t${process.pid}$`, "m").test(status));
  return own.reduce((sum, status) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0), 0);
}
