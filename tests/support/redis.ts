import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

export interface TestRedis {
  readonly url: string;
  /** kills the server like a power cut and restarts it from its append-only file */
  restart(): Promise<void>;
  /** stops the server; its data is kept for `resume` */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** false, with a printed reason, if there is no redis-server. Redis mocks cannot run BullMQ's scripts. */
export const hasRedis = (() => {
  const found = spawnSync("redis-server", ["--version"]).status === 0;
  if (!found) console.warn("skipped: no redis-server on the PATH (Debian: apt-get install redis-server)");
  return found;
})();

/** Starts a redis-server on a free port with append-only persistence in a temporary folder. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-redis-"));
  const port = await freePort();
  let child = await launch(port, folder);
  const pause = () => end(child, "SIGKILL");
  const resume = async () => {
    child = await launch(port, folder);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    pause,
    resume,
    async restart() {
      await pause();
      await resume();
    },
    async stop() {
      await end(child, "SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const child = spawn("redis-server", [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
    ...["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"],
  ]);
  child.stdout?.resume();
  const probe = new Redis(port, "127.0.0.1", { retryStrategy: () => 50, maxRetriesPerRequest: null });
  probe.on("error", () => {});
  await Promise.race([
    probe.ping(),
    once(child, "exit").then(() => Promise.reject(new Error("redis-server ended at its start"))),
    sleep(10_000, undefined, { ref: false }).then(() => Promise.reject(new Error("redis-server does not answer"))),
  ]);
  probe.disconnect();
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
