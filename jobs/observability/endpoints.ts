import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { collectDefaultMetrics, type Registry } from "prom-client";
import { SettingsError } from "../settings-error.ts";

/** Health checks of dependencies by name: each resolves if the dependency is healthy, and rejects or times out otherwise. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

export interface EndpointsOptions {
  readonly host: string;
  /** 0 for any free port */
  readonly port: number;
  /** the setting that names the port, for the message where it cannot be opened */
  readonly setting: string;
  readonly registry: Registry;
  readonly checks: Checks;
  /** adds further pages */
  readonly mount?: (app: Hono) => void;
}

export interface Endpoints {
  readonly port: number;
  close(): Promise<void>;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program: choose another port",
  EADDRNOTAVAIL: "cannot be opened: this machine does not have that address",
  EACCES: "cannot be opened: ports below 1024 need special permission",
};

/** milliseconds before a health check times out */
const CHECK_MS = 2000;

/**
 * Serves `/healthz` (the process runs), `/readyz` (its dependencies are healthy, otherwise 503) and `/metrics` (in the text
 * format of Prometheus).
 *
 * @throws SettingsError where the port cannot be opened
 */
export async function openEndpoints(options: EndpointsOptions): Promise<Endpoints> {
  const { registry, checks } = options;
  collectDefaultMetrics({ register: registry });
  const app = new Hono();
  app.get("/healthz", (context) => context.text("ok"));
  app.get("/readyz", async (context) => {
    const states = await runChecks(checks);
    const ready = Object.values(states).every((state) => state === "ok");
    return context.json({ ready, ...states }, ready ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    const text = await registry.metrics();
    return context.body(text, 200, { "content-type": registry.contentType });
  });
  options.mount?.(app);
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(options.port, options.host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const reason = REASONS[error.code ?? ""];
    if (reason === undefined) throw error;
    throw new SettingsError(`${options.setting} ${options.port} on STATUS_HOST ${options.host} ${reason}`);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      registry.clear();
    },
  };
}

/** @returns "ok" or "away" for each dependency; the reason is only logged, because the page is public */
async function runChecks(checks: Checks): Promise<Record<string, string>> {
  const states = Object.entries(checks).map(async ([name, check]) => {
    const signal = AbortSignal.timeout(CHECK_MS);
    const late = new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }));
    const state = await Promise.race([check(), late]).then(
      () => "ok",
      () => "away",
    );
    return [name, state] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}
