import type { Redis } from "ioredis";
import type { ProcessorState } from "../../jobs/control.ts";
import type { Log } from "../../jobs/log.ts";
import type { ProcessorSettings } from "../../jobs/settings.ts";
import { type Endpoints, openEndpoints } from "../../jobs/watch/endpoints.ts";
import type { ProcessorMetrics } from "./metrics.ts";

/** Opens the processor's status port where the settings name one. @returns undefined where they do not */
export async function openWatch(
  settings: ProcessorSettings,
  { registry }: ProcessorMetrics,
  { redis, state, log }: { redis: Redis; state: Readonly<ProcessorState>; log: Log },
): Promise<Endpoints | undefined> {
  const { STATUS_HOST: host, PROCESSOR_STATUS_PORT: port } = settings;
  if (port === 0) return undefined;
  const checks = {
    redis: () => redis.ping(),
    store: async () => {
      if (state.inTrouble) throw new Error("in trouble");
    },
  };
  const endpoints = await openEndpoints({ host, port, registry, checks });
  log.info({ host, port }, "status port is open");
  return endpoints;
}
