import type { Log } from "@groovesheet/jobs/log.ts";
import { type Endpoints, openEndpoints } from "@groovesheet/jobs/observability/endpoints.ts";
import type { ProcessorState } from "@groovesheet/jobs/queue/processors.ts";
import type { ProcessorSettings } from "@groovesheet/jobs/settings.ts";
import type { Redis } from "ioredis";
import type { ProcessorMetrics } from "./metrics.ts";

/** Opens the status port of the processor. @returns undefined if the settings name none */
export async function openStatusServer(
  settings: ProcessorSettings,
  { registry }: ProcessorMetrics,
  { redis, state, log }: { redis: Redis; state: Readonly<ProcessorState>; log: Log },
): Promise<Endpoints | undefined> {
  const { STATUS_HOST: host, PROCESSOR_STATUS_PORT: port } = settings;
  if (port === 0) return undefined;
  const checks = {
    redis: () => redis.ping(),
    store: async () => {
      if (state.circuitOpen) throw new Error("the store or disk fails");
    },
  };
  const endpoints = await openEndpoints({ host, port, setting: "PROCESSOR_STATUS_PORT", registry, checks });
  log.info({ host, port }, "status port is open");
  return endpoints;
}
