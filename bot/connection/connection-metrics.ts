import { type Client, Events, RESTEvents, Status } from "discord.js";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** seconds */
const ACKNOWLEDGE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3];

/** @returns whether all connections (shards) to Discord are ready */
export function isConnected(client: Client): boolean {
  return client.ws.shards.every(({ status }) => status === Status.Ready);
}

/** Adds the metrics of a client's requests and connections to a registry. */
export function measureConnection(client: Client, registry: Registry): void {
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
