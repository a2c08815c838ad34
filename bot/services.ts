import type { Log } from "@groovesheet/jobs/log.ts";
import { type Cancellation, openCancellation } from "@groovesheet/jobs/queue/cancellation.ts";
import { connectAsking, type JobQueues, openQueues } from "@groovesheet/jobs/queue/queues.ts";
import { logOutages } from "@groovesheet/jobs/redis-outages.ts";
import type { BotSettings } from "@groovesheet/jobs/settings.ts";
import { openStore } from "@groovesheet/jobs/stores/open.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import type { Redis } from "ioredis";
import type { BotMetrics } from "./observability/metrics.ts";
import { type Claims, openClaims } from "./persistence/claims.ts";
import { type Leftovers, openLeftovers } from "./persistence/leftovers.ts";
import { type Offers, openOffers } from "./persistence/offers.ts";
import { openPreferences, type Preferences } from "./persistence/preferences.ts";
import { openRecords, type Records } from "./persistence/records.ts";
import type { Chat } from "./requests/chat.ts";

/** What requests are served with: the settings, what is stored, and the chat platform. */
export interface Services {
  readonly settings: BotSettings;
  readonly log: Log;
  readonly redis: Redis;
  readonly queues: JobQueues;
  readonly records: Records;
  readonly claims: Claims;
  readonly leftovers: Leftovers;
  readonly offers: Offers;
  readonly preferences: Preferences;
  readonly cancellation: Cancellation;
  readonly store: ObjectStore;
  readonly metrics: BotMetrics;
  readonly chat: Chat;
}

/** @param openChat makes the chat platform's side, which reads scores from the store */
export async function openServices(
  settings: BotSettings,
  log: Log,
  metrics: BotMetrics,
  openChat: (store: ObjectStore) => Chat,
): Promise<Services> {
  const store = await openStore(settings);
  const redis = connectAsking(settings);
  logOutages(redis, log);
  return {
    settings,
    log,
    redis,
    queues: openQueues(redis, settings),
    records: openRecords(redis, settings.REDIS_PREFIX, settings.KEEP_DAYS),
    claims: openClaims(redis, settings.REDIS_PREFIX),
    leftovers: openLeftovers(redis, settings.REDIS_PREFIX),
    offers: openOffers(redis, settings.REDIS_PREFIX),
    preferences: openPreferences(redis, settings.REDIS_PREFIX, settings.KEEP_DAYS),
    cancellation: openCancellation(redis, settings.REDIS_PREFIX),
    store,
    metrics,
    chat: openChat(store),
  };
}
