import { once } from "node:events";
import type { Log } from "@groovesheet/jobs/log.ts";
import type { Endpoints } from "@groovesheet/jobs/observability/endpoints.ts";
import { deleteLeftovers } from "@groovesheet/jobs/processes/temporary.ts";
import type { BotSettings } from "@groovesheet/jobs/settings.ts";
import { cleanStore, type Retention } from "@groovesheet/jobs/stores/store.ts";
import {
  ActivityType,
  Client,
  Events,
  GatewayIntentBits,
  OAuth2Scopes,
  Options,
  Partials,
  PermissionFlagsBits,
} from "discord.js";
import type { Redis } from "ioredis";
import { openOneAtATime } from "./concurrency/one-at-a-time.ts";
import { repeat } from "./concurrency/repeat.ts";
import { skipBadPackets } from "./connection/bad-packets.ts";
import { isConnected, measureConnection } from "./connection/connection-metrics.ts";
import { explainClose, explainStart, type StartError } from "./connection/start-error.ts";
import type { BotContext } from "./context.ts";
import type { Command } from "./interactions/command.ts";
import { handleMessage } from "./interactions/messages.ts";
import { routeInteraction } from "./interactions/router.ts";
import { welcome } from "./interactions/welcome.ts";
import { discordChat } from "./messages/discord-chat.ts";
import { openBotMetrics } from "./observability/metrics.ts";
import { openWatch } from "./observability/status-server.ts";
import { openFetchSlots } from "./requests/fetch-slots.ts";
import { openFetchSource } from "./requests/fetch-source.ts";
import { openRequests } from "./requests/requests.ts";
import { openStatusBoard } from "./requests/status-board.ts";
import { watchQueue } from "./requests/watch-queue.ts";
import { openServices } from "./services.ts";

export interface RunningBot {
  /** resolves when Discord closes the connection for good: the token was reset, say */
  readonly disconnected: Promise<StartError>;
  stop(): Promise<void>;
}

/** what stands below the bot's name; Discord shows it to everybody in one language */
const PRESENCE = "/transcribe · /help";
const HOUR_MS = 3600_000;
/** times that Redis is asked whether it answers, two seconds each */
const REDIS_TRIES = 5;
/** milliseconds until a start is given up because the gateway does not let the bot connect */
const CONNECT_MS = 60_000;
/** milliseconds that a stop waits for what is being heard and answered; the next bot does what is left */
const STOP_MS = 5000;

/**
 * Connects to Discord and Redis, makes the commands known and answers from then on, beginning with what was left
 * unanswered.
 *
 * @throws StartError where the token, the intents, Discord or Redis is not as it must be
 */
export async function startBot(settings: BotSettings, log: Log, commands: readonly Command[]): Promise<RunningBot> {
  const client = openClient(settings);
  const services = await openServices(settings, log, openBotMetrics(), (store) => discordChat({ client, store, log }));
  measureConnection(client, services.metrics.registry);
  const board = openStatusBoard(services);
  const requests = openRequests(services, board, openFetchSource(services, openFetchSlots()));
  const bot: BotContext = { ...services, requests };
  skipBadPackets(client, log);
  client.on(Events.Error, (err) => log.warn({ err }, "Discord"));
  client.on(Events.ShardReconnecting, (shard) => log.info({ shard }, "reconnecting to Discord"));
  client.on(Events.ShardResume, (shard) => log.info({ shard }, "connected to Discord again"));
  const disconnected = new Promise<StartError>((resolve) => {
    client.on(Events.ShardDisconnect, ({ code }) => resolve(explainClose(code)));
  });
  const handling = openOneAtATime();
  client.on(Events.InteractionCreate, (interaction) => {
    void handling.run(interaction.id, () => routeInteraction(bot, commands, interaction));
  });
  client.on(Events.MessageCreate, (message) => {
    const handled = handling.run(message.id, () => handleMessage(bot, message));
    handled.catch((err) => log.error({ err }, "message failed"));
  });
  client.on(Events.GuildCreate, (guild) => {
    welcome(guild).catch((err) => log.debug({ err }, "the welcome could not be sent"));
  });
  let watch: Endpoints | undefined;
  try {
    watch = await openWatch(services, () => isConnected(client));
    await answering(bot.redis);
    await connect(client, settings, disconnected);
    await client.application!.commands.set(commands.map(({ data }) => data));
  } catch (error) {
    await watch?.close();
    bot.redis.disconnect();
    await client.destroy();
    throw explainStart(error, settings);
  }
  await deleteLeftovers();
  const endWatching = await watchQueue(services, requests, board);
  const cleaning = repeat(
    HOUR_MS,
    async () => {
      const { deleted, bytes } = await cleanStore(bot.store, retentionOf(settings));
      bot.metrics.stored(bytes);
      if (deleted) log.info({ deleted, bytes }, "old recordings and scores are deleted");
    },
    (err) => log.warn({ err }, "the store could not be cleaned"),
  );
  log.info({ user: client.user?.tag, servers: client.guilds.cache.size, invite: inviteTo(client) }, "bot is ready");
  return {
    disconnected,
    async stop() {
      await handling.settled(STOP_MS);
      await requests.stop(STOP_MS);
      await endWatching(STOP_MS);
      await cleaning.stop();
      await watch?.close();
      await client.destroy();
      bot.redis.disconnect();
      log.info("bot has stopped");
    },
  };
}

/** Waits for Redis: a machine under load may be slow to answer at first. */
async function answering(redis: Redis): Promise<void> {
  for (let left = REDIS_TRIES; ; left--) {
    try {
      await redis.ping();
      return;
    } catch (error) {
      if (left === 1 || !/timed out/.test((error as Error).message)) throw error;
    }
  }
}

/** Logs in and waits until Discord sent what the bot needs. @throws StartError and what discord.js throws */
async function connect(client: Client, settings: BotSettings, disconnected: Promise<StartError>): Promise<void> {
  const failures: Error[] = [];
  const note = (error: Error) => failures.push(error);
  client.on(Events.ShardError, note);
  const ready = once(client, Events.ClientReady, { signal: AbortSignal.timeout(CONNECT_MS) });
  const refused = disconnected.then((error) => Promise.reject(error));
  try {
    await Promise.race([client.login(settings.DISCORD_TOKEN).then(() => ready), refused]);
  } catch (error) {
    ready.catch(() => {});
    throw (error as Error).name === "AbortError" ? (failures.at(-1) ?? error) : error;
  } finally {
    client.off(Events.ShardError, note);
  }
}

function retentionOf({ KEEP_DAYS, KEEP_GB }: BotSettings): Retention {
  // The time by the clock that nobody sets: a clock that jumps ahead must not empty the store.
  const now = performance.timeOrigin + performance.now();
  return {
    before: new Date(now - KEEP_DAYS * 24 * HOUR_MS),
    unfinishedBefore: new Date(now - HOUR_MS),
    maxBytes: KEEP_GB * 1e9 || Number.POSITIVE_INFINITY,
  };
}

/** The address at which the bot is added to a server, with the permissions that it uses. */
function inviteTo(client: Client): string {
  const { ViewChannel, SendMessages, SendMessagesInThreads, AttachFiles, ReadMessageHistory } = PermissionFlagsBits;
  return client.generateInvite({
    scopes: [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands],
    permissions: [ViewChannel, SendMessages, SendMessagesInThreads, AttachFiles, ReadMessageHistory],
  });
}

/** The bot receives and caches only what it needs: servers, their channels and roles, and direct messages. */
function openClient(settings: BotSettings): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(settings.MESSAGE_CONTENT_INTENT ? [GatewayIntentBits.MessageContent] : []),
    ],
    presence: { activities: [{ name: "GrooveSheet", type: ActivityType.Custom, state: PRESENCE }] },
    partials: [Partials.Channel],
    rest: { api: settings.DISCORD_API_URL.replace(/\/$/, "") },
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0, UserManager: 1000 }),
    allowedMentions: { parse: [] },
    ...(settings.DISCORD_SHARDS === "auto" ? { shards: "auto" } : { shardCount: settings.DISCORD_SHARDS }),
  });
}
