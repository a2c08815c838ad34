import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningBot, startBot } from "@groovesheet/bot/bot.ts";
import { openRecords, type Records } from "@groovesheet/bot/persistence/records.ts";
import { openLog } from "@groovesheet/jobs/log.ts";
import { connectAsking, type JobQueues, openQueues } from "@groovesheet/jobs/queue/queues.ts";
import { botSettingsSchema, processorSettingsSchema, readSettings } from "@groovesheet/jobs/settings.ts";
import { type Processor, startProcessor } from "@groovesheet/processor/worker/processor.ts";
import type { Redis } from "ioredis";
import { commands } from "../../commands/index.ts";
import { LocalDiscord, TOKEN, type UploadedFile, until } from "./discord/server.ts";
import type { StoredMessage } from "./discord/world.ts";
import type { Orders } from "./pipeline.ts";
import { startRedis, type TestRedis } from "./redis.ts";

const FIXTURE = new URL("./pipeline.ts", import.meta.url);

/** A test environment: a local Discord, Redis, a store, and the bots and processors that run on them. */
export class Stage {
  discord!: LocalDiscord;
  server!: TestRedis;
  redis!: Redis;
  queues!: JobQueues;
  records!: Records;
  folder!: string;
  #bots: RunningBot[] = [];
  #processors: Processor[] = [];

  async open(): Promise<this> {
    [this.discord, this.server] = await Promise.all([new LocalDiscord().start(), startRedis()]);
    this.folder = await mkdtemp(join(tmpdir(), "groovesheet-stage-"));
    const settings = this.settings();
    this.redis = connectAsking(settings);
    this.redis.on("error", () => {});
    this.queues = openQueues(this.redis, settings);
    this.records = openRecords(this.redis, settings.REDIS_PREFIX, settings.KEEP_DAYS);
    return this;
  }

  async close(): Promise<void> {
    await this.stopBots();
    await this.stopProcessors();
    this.redis.disconnect();
    this.discord.stop();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      REDIS_URL: this.server.url,
      STORE_FOLDER: join(this.folder, "store"),
      DISCORD_TOKEN: TOKEN,
      DISCORD_API_URL: this.discord.apiUrl,
      DISCORD_CDN_URLS: this.discord.origin,
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
      DEVICES: "cpu",
      SHUTDOWN_SECONDS: "0",
      LOCK_SECONDS: "10",
      ...extra,
    };
  }

  settings(extra: NodeJS.ProcessEnv = {}) {
    return readSettings(botSettingsSchema, this.environment(extra));
  }

  async startBot(extra: NodeJS.ProcessEnv = {}): Promise<RunningBot> {
    const settings = this.settings(extra);
    const bot = await startBot(settings, openLog(settings.LOG_LEVEL, "bot"), commands);
    this.#bots.push(bot);
    return bot;
  }

  async stopBots(): Promise<void> {
    await Promise.all(this.#bots.splice(0).map((bot) => bot.stop()));
  }

  async startProcessor(
    extra: NodeJS.ProcessEnv = {},
    pipeline: URL = FIXTURE,
    fingerprint = "fixture",
  ): Promise<Processor> {
    const settings = readSettings(processorSettingsSchema, this.environment(extra));
    const processor = await startProcessor(settings, {
      pipeline,
      fingerprint,
      log: openLog(settings.LOG_LEVEL, "processor"),
    });
    this.#processors.push(processor);
    return processor;
  }

  async stopProcessors(): Promise<void> {
    await Promise.all(this.#processors.splice(0).map((processor) => processor.stop()));
  }

  /** Waits until a message shows a score. */
  async score(look: () => StoredMessage | undefined, ms = 20_000): Promise<StoredMessage> {
    return await until(() => {
      const found = look();
      return found && isScore(found) ? found : undefined;
    }, ms);
  }

  /** Waits until every request is answered. */
  async settled(ms = 20_000): Promise<void> {
    await until(async () => (await this.records.openIds()).length === 0, ms);
  }
}

/** @returns whether a message is an answer with a score */
export function isScore({ message }: StoredMessage): boolean {
  return (
    message.attachments.some(({ filename }) => filename.endsWith(".musicxml")) && /· .*\d ?%/.test(message.content)
  );
}

/** A file that is recognised as audio and contains instructions for the test pipeline. Each one differs unless `same` is set. */
export function sound(orders: Orders = {}, name = "Test Song.wav", same = String(Math.random())): UploadedFile {
  const json = JSON.stringify({ ...orders, same });
  const head = Buffer.from("RIFF\0\0\0\0WAVEfmt ", "latin1");
  return { name, type: "audio/wav", data: Buffer.concat([head, Buffer.from(json)]) };
}
