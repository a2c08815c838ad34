import { readdir, readFile } from "node:fs/promises";
import type { ProcessorState } from "@groovesheet/jobs/processors.ts";
import type { Job, RequestKind } from "@groovesheet/jobs/request.ts";
import { type JobResult, readFailure } from "@groovesheet/jobs/result.ts";
import type { Worker } from "bullmq";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Product } from "../sandbox/messages.ts";

/** What a processor counts while it works. */
export interface ProcessorMetrics {
  readonly registry: Registry;
  /** hears of every job of a worker */
  watch(kind: RequestKind, worker: Worker<Job, JobResult, RequestKind>): void;
  /** @param seconds of work for a recording that was listened to */
  measured(product: Product, seconds: number): void;
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
  const worked = histogram("job_seconds", "Seconds of work, of jobs that gave a score.", ["kind"], WORK_BUCKETS);
  const stages = histogram("stage_seconds", "Seconds of each stage.", ["stage"], STAGE_BUCKETS);
  const factor = histogram("realtime_factor", "Seconds of music for a second of work.", [], FACTOR_BUCKETS);
  const jobs = new Counter({
    name: "groovesheet_jobs_total",
    help: "Starts of jobs by their end: done, or why there was no score. A crash that is tried again counts each time.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const device = new Gauge({
    name: "groovesheet_device",
    help: "1 for the device on which the last recording was heard: cuda, webgpu or cpu.",
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
    measured(product, seconds) {
      for (const [stage, taken] of Object.entries(product.stageSeconds)) stages.observe({ stage }, taken);
      if (product.device === undefined) return;
      factor.observe(product.summary.duration / seconds);
      device.reset();
      device.set({ device: product.device }, 1);
    },
  };
}

function measureState(registry: Registry, state: Readonly<ProcessorState>): void {
  const registers = [registry];
  new Gauge({
    name: "groovesheet_running_jobs",
    help: "Jobs that this processor works on.",
    registers,
    collect() {
      this.set(state.running.length);
    },
  });
  new Gauge({
    name: "groovesheet_in_trouble",
    help: "1 while this processor's store or disk fails, so that it takes no jobs.",
    registers,
    collect() {
      this.set(state.inTrouble ? 1 : 0);
    },
  });
  new Gauge({
    name: "groovesheet_children_resident_bytes",
    help: "Resident memory of the child processes in which jobs run; on Linux alone.",
    registers,
    async collect() {
      this.set(await childrenResidentBytes());
    },
  });
}

/** The clocks of two machines may differ. */
function secondsBetween(from: number, to = Date.now()): number {
  return Math.max(0, to - from) / 1000;
}

async function childrenResidentBytes(): Promise<number> {
  const statuses = await Promise.all(
    (await readdir("/proc").catch(() => []))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/status`, "utf8").catch(() => "")), // it may have ended meanwhile
  );
  const own = statuses.filter((status) => new RegExp(`^PPid:\\t${process.pid}$`, "m").test(status));
  return own.reduce((sum, status) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0), 0);
}
