import { type Cancellation, openCancellation } from "@groovesheet/jobs/cancellation.ts";
import type { Log } from "@groovesheet/jobs/log.ts";
import { connectAsking, type JobQueues, openQueues } from "@groovesheet/jobs/queues.ts";
import type { Request } from "@groovesheet/jobs/request.ts";
import type { BotSettings } from "@groovesheet/jobs/settings.ts";
import type { ObjectStore } from "@groovesheet/jobs/store.ts";
import { openStore } from "@groovesheet/jobs/stores/open.ts";
import type { Client } from "discord.js";
import type { Redis } from "ioredis";
import { type BotMetrics, openBotMetrics } from "./observability/metrics.ts";
import { openPreferences, type Preferences } from "./persistence/preferences.ts";
import { openRecords, type Records } from "./persistence/records.ts";

/** What commands and buttons work with. */
export interface BotContext {
  readonly client: Client;
  readonly settings: BotSettings;
  readonly log: Log;
  readonly redis: Redis;
  readonly queues: JobQueues;
  readonly records: Records;
  readonly preferences: Preferences;
  readonly cancellation: Cancellation;
  readonly store: ObjectStore;
  readonly metrics: BotMetrics;
  /** lets a number of downloads run at once; the others wait their turn */
  readonly downloads: <T>(work: () => Promise<T>) => Promise<T>;
  /** requests whose recording is being fetched by this process */
  readonly fetching: Set<string>;
  /** requests that this process is answering: no status may be written over an answer */
  readonly answering: Set<string>;
  /** status messages that are kept up to date */
  readonly followed: Map<string, Followed>;
}

export interface Followed {
  request: Request;
  /** what the message says now */
  shown: string;
  /** milliseconds of the last edit, by the clock that nobody sets (`performance.now`) */
  shownAt: number;
  /** the edit that is under way, after which the next one may begin */
  editing: Promise<unknown>;
}

const DOWNLOADS_AT_ONCE = 8;

export async function openServices(client: Client, settings: BotSettings, log: Log): Promise<BotContext> {
  const store = await openStore(settings);
  const redis = connectAsking(settings);
  redis.on("error", (err) => log.warn({ err }, "Redis"));
  return {
    client,
    settings,
    log,
    redis,
    queues: openQueues(redis, settings),
    records: openRecords(redis, settings.REDIS_PREFIX, settings.KEEP_DAYS),
    preferences: openPreferences(redis, settings.REDIS_PREFIX, settings.KEEP_DAYS),
    cancellation: openCancellation(redis, settings.REDIS_PREFIX),
    store,
    metrics: openBotMetrics(client),
    downloads: limitConcurrency(DOWNLOADS_AT_ONCE),
    fetching: new Set(),
    answering: new Set(),
    followed: new Map(),
  };
}

function limitConcurrency(most: number): BotContext["downloads"] {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((begin) => waiting.push(begin));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
