import { type Endpoints, openEndpoints } from "@groovesheet/jobs/observability/endpoints.ts";
import { measureDepth } from "@groovesheet/jobs/observability/queue-depth.ts";
import { presentProcessors } from "@groovesheet/jobs/queue/processors.ts";
import type { Hono } from "hono";
import { Gauge } from "prom-client";
import type { Services } from "../services.ts";
import { mountQueuePage } from "./queue-dashboard.ts";

/**
 * Opens the bot's status port where the settings name one.
 *
 * @param isConnected whether the bot is connected to the chat platform
 * @returns undefined where the settings name no port
 */
export async function openWatch(bot: Services, isConnected: () => boolean): Promise<Endpoints | undefined> {
  const { STATUS_HOST: host, BOT_STATUS_PORT: port, QUEUE_PAGE_TOKEN: token } = bot.settings;
  if (port === 0) return undefined;
  measureQueues(bot);
  const checks = {
    redis: () => bot.redis.ping(),
    discord: async () => {
      if (!isConnected()) throw new Error("not connected");
    },
  };
  const mount = token ? { mount: (app: Hono) => mountQueuePage(app, bot.queues, token) } : {};
  const endpoints = await openEndpoints({
    host,
    port,
    setting: "BOT_STATUS_PORT",
    registry: bot.metrics.registry,
    checks,
    ...mount,
  });
  bot.log.info({ host, port, queuePage: token !== undefined }, "status port is open");
  return endpoints;
}

/** What Redis knows: the queues, who works, who waits for an answer. */
function measureQueues({ metrics: { registry }, queues, redis, records, settings }: Services): void {
  const registers = [registry];
  measureDepth(registry, queues);
  new Gauge({
    name: "groovesheet_processors",
    help: "Processors that were heard of in the last seconds.",
    registers,
    async collect() {
      await presentProcessors(redis, settings.REDIS_PREFIX).then(
        (processors) => this.set(processors.length),
        () => this.remove(),
      );
    },
  });
  new Gauge({
    name: "groovesheet_unanswered_requests",
    help: "Requests that are owed an answer.",
    registers,
    async collect() {
      await records.openIds().then(
        (ids) => this.set(ids.length),
        () => this.remove(),
      );
    },
  });
}
