import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { type Client, Events, RESTEvents, Status } from "discord.js";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the bot counts while it works. */
export interface BotMetrics {
  readonly registry: Registry;
  /** @param request as it is kept, with why it failed where it did */
  answered(request: TranscriptionRequest, reached: boolean): void;
  stored(bytes: number): void;
}

/** seconds */
const ACKNOWLEDGE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const ANSWER_BUCKETS = [2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** Creates the metrics of a bot, including those of its connection to Discord. */
export function openBotMetrics(client: Client): BotMetrics {
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
  watchDiscord(client, registry);
  return {
    registry,
    answered({ kind, state, failure, createdAt }, reached) {
      answers.inc({ kind, state, code: failure?.code ?? "", reached: String(reached) });
      seconds.observe({ kind }, Math.max(0, Date.now() - createdAt) / 1000);
    },
    stored: (bytes) => storeBytes.set(bytes),
  };
}

function watchDiscord(client: Client, registry: Registry): void {
  const registers = [registry];
  const responses = new Counter({
    name: "groovesheet_discord_responses_total",
    help: "Answers of Discord's interface, by HTTP status.",
    labelNames: ["status"],
    registers,
  });
  const acknowledged = new Histogram({
    name: "groovesheet_acknowledge_seconds",
    help: "Seconds from hearing of an interaction to Discord's taking its acknowledgement. Discord gives 3.",
    buckets: ACKNOWLEDGE_BUCKETS,
    registers,
  });
  new Gauge({
    name: "groovesheet_discord_connections",
    help: "Connections (shards) to Discord, by whether they are ready.",
    labelNames: ["ready"],
    registers,
    collect() {
      const ready = client.ws.shards.filter(({ status }) => status === Status.Ready).size;
      this.set({ ready: "true" }, ready);
      this.set({ ready: "false" }, client.ws.shards.size - ready);
    },
  });
  const heard = new Map<string, number>();
  client.on(Events.InteractionCreate, ({ id }) => {
    heard.set(id, performance.now());
    setTimeout(() => heard.delete(id), 60_000).unref(); // one that is never acknowledged
  });
  client.rest.on(RESTEvents.Response, ({ route, path }, { status }) => {
    responses.inc({ status: String(status) });
    const id = /^\/interactions\/(\d+)\//.exec(path)?.[1];
    const at = id === undefined || !route.endsWith("/callback") ? undefined : heard.get(id);
    if (at === undefined) return;
    heard.delete(id!);
    acknowledged.observe((performance.now() - at) / 1000);
  });
}
