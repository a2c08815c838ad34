/**
 * Compares one processor with two, each in its own network namespace with its own address, against one Redis:
 * `npx tsx reliability/load/two-hosts.ts` as root on Linux. The jobs only wait, because both processors share the cores of this
 * machine: it measures the cost of queue, Redis and network, not computing. The exit code is 1 if two processors do less
 * than 1.8 times as much as one.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { enqueue, openQueues } from "@groovesheet/jobs/queue/queues.ts";
import { jobSchema } from "@groovesheet/jobs/request.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { sourceKey } from "@groovesheet/jobs/stores/results.ts";
import { Redis } from "ioredis";
import { until } from "../../tests/support/discord/server.ts";
import { exampleRequest } from "../../tests/support/example-job.ts";

const JOBS = 60;
const JOB_MS = 1000;
/** warm-up jobs, in which each processor starts its child */
const WARM_UP = 4;
const LEAST_GAIN = 1.8;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BRIDGE = "gs-bridge";
const HOSTS = ["gs-one", "gs-two"] as const;
const address = (host: number) => `10.77.0.${host}`;
const ip = (...args: string[]) => execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });

const folder = await mkdtemp(join(tmpdir(), "groovesheet-hosts-"));
const running: ChildProcess[] = [];
try {
  layNetwork();
  const redis = spawn("redis-server", [
    "--bind",
    address(1),
    "--port",
    "6400",
    "--protected-mode",
    "no",
    "--save",
    "",
    "--dir",
    folder,
  ]);
  running.push(redis);
  const one = await measure(1);
  const two = await measure(2);
  const gain = one.seconds / two.seconds;
  console.log(JSON.stringify({ jobs: JOBS, jobMs: JOB_MS, one, two, gain }, null, 2));
  process.exitCode = gain >= LEAST_GAIN ? 0 : 1;
} finally {
  await Promise.all(running.map(end));
  clearNetwork();
  await rm(folder, { recursive: true, force: true });
}

/** @returns seconds from the first start of a job to the last end, and the number of jobs of each processor */
async function measure(processors: number): Promise<{ seconds: number; each: number[] }> {
  const environment = {
    REDIS_URL: `redis://${address(1)}:6400`,
    REDIS_PREFIX: `with-${processors}`,
    STORE_FOLDER: join(folder, "store"),
    DEVICES: "cpu",
  };
  const redis = new Redis(environment.REDIS_URL, { maxRetriesPerRequest: null });
  redis.on("error", () => {});
  const queues = openQueues(redis, { REDIS_PREFIX: environment.REDIS_PREFIX, KEEP_DAYS: 1 });
  const store = openLocalStore(environment.STORE_FOLDER);
  const children = HOSTS.slice(0, processors).map((host) => startProcessor(host, environment));
  await Promise.all(children.map(({ ready }) => ready));
  const send = async (name: string) => {
    const id = `j${processors}-${name}`;
    const hash = createHash("sha256").update(id).digest("hex");
    await store.put(sourceKey(hash), JSON.stringify({ ms: JOB_MS, same: id }));
    const source = { hash, name: `${name}.wav`, bytes: 100 };
    await enqueue(queues, jobSchema.parse(exampleRequest({ id, source })), 0);
  };
  const done = (count: number) => until(async () => (await queues.transcribe.getCompletedCount()) === count, 300_000);
  for (let index = 0; index < WARM_UP; index++) await send(`warm${index}`);
  await done(WARM_UP);
  await queues.transcribe.pause();
  for (let index = 0; index < JOBS; index++) await send(String(index));
  await queues.transcribe.resume();
  await done(WARM_UP + JOBS);
  const jobs = await queues.transcribe.getCompleted(0, JOBS - 1);
  const begin = Math.min(...jobs.map(({ processedOn }) => processedOn!));
  const seconds = (Math.max(...jobs.map(({ finishedOn }) => finishedOn!)) - begin) / 1000;
  const names = new Set(jobs.map(({ processedBy }) => processedBy));
  const each = [...names].map((name) => jobs.filter(({ processedBy }) => processedBy === name).length);
  await Promise.all(children.map(({ child }) => end(child)));
  redis.disconnect();
  return { seconds, each };
}

function startProcessor(host: string, environment: NodeJS.ProcessEnv): { child: ChildProcess; ready: Promise<void> } {
  const program = [process.execPath, "--import", "tsx", "reliability/load/stub-processor.ts"];
  const env = { ...process.env, ...environment };
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  const child = spawn("ip", ["netns", "exec", host, ...program], { cwd: ROOT, env, stdio });
  running.push(child);
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  return { child, ready: until(() => /processor is ready/.test(said), 120_000).then(() => {}) };
}

/** Creates a bridge with the address of Redis, and a namespace with its own address for each processor. */
function layNetwork(): void {
  clearNetwork();
  ip("link", "add", BRIDGE, "type", "bridge");
  ip("address", "add", `${address(1)}/24`, "dev", BRIDGE);
  ip("link", "set", BRIDGE, "up");
  HOSTS.forEach((host, index) => {
    ip("netns", "add", host);
    ip("link", "add", `${host}-out`, "type", "veth", "peer", "name", `${host}-in`);
    ip("link", "set", `${host}-out`, "master", BRIDGE, "up");
    ip("link", "set", `${host}-in`, "netns", host);
    ip("-n", host, "address", "add", `${address(10 + index)}/24`, "dev", `${host}-in`);
    ip("-n", host, "link", "set", `${host}-in`, "up");
  });
}

function clearNetwork(): void {
  for (const args of [["link", "delete", BRIDGE], ...HOSTS.map((host) => ["netns", "delete", host])]) {
    spawnSync("ip", args, { stdio: "ignore" }); // absent devices are fine
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
