import { Status } from "discord.js";
import { type Endpoints, openEndpoints } from "../jobs/watch/endpoints.ts";
import { measureQueues } from "./metrics.ts";
import { mountQueuePage } from "./queue-page.ts";
import type { Bot } from "./services.ts";

/** Opens the bot's status port where the settings name one. @returns undefined where they do not */
export async function openWatch(bot: Bot): Promise<Endpoints | undefined> {
  const { STATUS_HOST: host, BOT_STATUS_PORT: port, QUEUE_PAGE_TOKEN: token } = bot.settings;
  if (port === 0) return undefined;
  measureQueues(bot);
  const checks = {
    redis: () => bot.redis.ping(),
    discord: async () => {
      if (bot.client.ws.shards.some(({ status }) => status !== Status.Ready)) throw new Error("not connected");
    },
  };
  const mount = token ? { mount: mountWith(bot, token) } : {};
  const endpoints = await openEndpoints({ host, port, registry: bot.metrics.registry, checks, ...mount });
  bot.log.info({ host, port, queuePage: token !== undefined }, "status port is open");
  return endpoints;
}

function mountWith({ queues }: Bot, token: string) {
  return (app: Parameters<typeof mountQueuePage>[0]) => mountQueuePage(app, queues, token);
}
