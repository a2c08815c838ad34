import { Gauge, type Registry } from "prom-client";
import type { JobQueues } from "../queue/queues.ts";
import { REQUEST_KINDS, type RequestKind } from "../request.ts";

/** BullMQ's states as an operator sees them; jobs with a priority wait in a separate list. */
const STATES = { waiting: ["waiting", "prioritized"], running: ["active"], delayed: ["delayed"] } as const;

/**
 * Measures the backlog: jobs by kind and state, the age of the oldest waiting job, and the total. While Redis is unreachable
 * the metrics are absent, because outdated values would mislead.
 */
export function measureDepth(registry: Registry, queues: JobQueues): void {
  const registers = [registry];
  new Gauge({
    name: "groovesheet_backlog_jobs",
    help: "Jobs that are waiting or running; what processors are scaled by.",
    registers,
    async collect() {
      await Promise.all(REQUEST_KINDS.map((kind) => countJobs(queues, kind))).then(
        (counts) => this.set(counts.flatMap(Object.values<number>).reduce((sum, count) => sum + count, 0)),
        () => this.remove(),
      );
    },
  });
  new Gauge({
    name: "groovesheet_queue_jobs",
    help: "Jobs in the queue.",
    labelNames: ["kind", "state"],
    registers,
    async collect() {
      this.reset();
      for (const kind of REQUEST_KINDS) {
        const counts = await countJobs(queues, kind).catch(() => ({}));
        for (const [state, count] of Object.entries(counts)) this.set({ kind, state }, count);
      }
    },
  });
  new Gauge({
    name: "groovesheet_queue_oldest_seconds",
    help: "How long the job has waited that is next.",
    labelNames: ["kind"],
    registers,
    async collect() {
      this.reset();
      for (const kind of REQUEST_KINDS) {
        const next = await queues[kind].getJobs(["prioritized", "waiting"], 0, 0, true).catch(() => undefined);
        if (next) this.set({ kind }, next[0] ? Math.max(0, Date.now() - next[0].timestamp) / 1000 : 0);
      }
    },
  });
}

async function countJobs(queues: JobQueues, kind: RequestKind): Promise<Record<keyof typeof STATES, number>> {
  const counts = await queues[kind].getJobCounts(...Object.values(STATES).flat());
  const sum = (state: keyof typeof STATES) => STATES[state].reduce((all, part) => all + (counts[part] ?? 0), 0);
  return { waiting: sum("waiting"), running: sum("running"), delayed: sum("delayed") };
}
