import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the bot counts while it works. */
export interface BotMetrics {
  readonly registry: Registry;
  /** @param request as it is kept, with why it failed where it did */
  answered(request: TranscriptionRequest, reached: boolean): void;
  stored(bytes: number): void;
}

/** seconds */
const ANSWER_BUCKETS = [2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** Creates the metrics of what the bot does; those of its connection to Discord are in connection/connection-metrics.ts. */
export function openBotMetrics(): BotMetrics {
  const registry = new Registry();
  const registers = [registry];
  const answers = new Counter({
    name: "groovesheet_answers_total",
    help: "Requests that were answered: done, failed or cancelled, why they failed, and whether the person was reached.",
    labelNames: ["kind", "state", "code", "reached"],
    registers,
  });
  const seconds = new Histogram({
    name: "groovesheet_answer_seconds",
    help: "Seconds from a request to its answer.",
    labelNames: ["kind"],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const storeBytes = new Gauge({
    name: "groovesheet_store_bytes",
    help: "Bytes in the store when it was last cleaned.",
    registers,
  });
  return {
    registry,
    answered({ kind, state, failure, createdAt }, reached) {
      answers.inc({ kind, state, code: failure?.code ?? "", reached: String(reached) });
      seconds.observe({ kind }, Math.max(0, Date.now() - createdAt) / 1000);
    },
    stored: (bytes) => storeBytes.set(bytes),
  };
}
