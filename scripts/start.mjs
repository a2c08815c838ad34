/**
 * `npm start`: installs what is missing, then runs the bot and a processor and, with no REDIS_URL, a local redis-server of their own that keeps
 * its data in the data folder. One that ends at its start ends all of them; one that ends later is started again.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aptInstall, checkNode, ensureFfmpeg, ensurePackages, findProgram, root as ROOT } from "./install.mjs";

const REDIS_START_MS = 20_000;
const STOP_MS = 40_000;
/** milliseconds after which a start has succeeded, where no code 2 says otherwise */
const SETTLED_MS = 15_000;
/** milliseconds until what ended is started again: the first time, and while that fails */
const AGAIN_MS = 1000;
const ONCE_MORE_MS = 20_000;
const LOOK_MS = 1000;

checkNode();
ensurePackages({ dev: false });

const children = new Map();
let stopping = false;

try {
  if (existsSync(resolve(ROOT, ".env"))) process.loadEnvFile(resolve(ROOT, ".env"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(0));
  stopWithParent();
  checkSettings();
  ensureFfmpeg();
  const env = { ...process.env };
  env.STORE_FOLDER = env.STORE_FOLDER?.trim() || resolve(dataFolder(), "store");
  if (!env.REDIS_URL?.trim()) env.REDIS_URL = await startRedis();
  startPart("processor", "processor/worker/main.ts", env);
  startPart("bot", "bot/main.ts", env);
} catch (error) {
  console.error(error.message);
  await stop(2);
}

/** Where recordings, scores and the queue are kept. */
function dataFolder() {
  return resolve(process.env.DATA_FOLDER?.trim() || resolve(ROOT, "data"));
}

/** Wrong settings are said before anything is started. */
function checkSettings() {
  const check = spawnSync(process.execPath, ["--import", "tsx", "scripts/check-settings.ts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (check.status !== 0) throw new Error(check.stderr.trim());
}

/** @returns the address of a redis-server that is started here, with append-only persistence */
async function startRedis() {
  if (!findProgram("redis-server") && !aptInstall(["redis-server"])) {
    throw new Error(
      "There is no redis-server on the PATH. Install it (Debian: apt-get install redis-server) or set REDIS_URL.",
    );
  }
  const folder = resolve(dataFolder(), "redis");
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const safe = [
    "--appendonly",
    "yes",
    "--appendfsync",
    "everysec",
    "--maxmemory-policy",
    "noeviction",
    "--loglevel",
    "warning",
  ];
  start("redis-server", "redis-server", [...options, ...safe], process.env);
  await untilListening(port);
  return `redis://127.0.0.1:${port}`;
}

/** npm does not hand every signal on; when it is gone, nobody can stop this process any more. */
function stopWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(0), LOOK_MS).unref();
}

function startPart(name, file, env) {
  start(name, process.execPath, ["--import", "tsx", file], env);
}

function start(name, program, args, env, again = false) {
  const startedAt = performance.now();
  // A group of its own: Ctrl-C reaches this process alone, which ends the others in order.
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"], detached: true });
  children.set(name, child);
  child.on("error", (error) => console.error(`${name}: ${error.message}`));
  child.on("exit", (code, signal) => {
    children.delete(name);
    if (stopping) return;
    if (code !== 2) console.error(`${name} has ended (${signal ?? code}).`);
    const settled = performance.now() - startedAt > SETTLED_MS;
    if (!again && (code === 2 || !settled)) stop(code || 1);
    else setTimeout(() => stopping || start(name, program, args, env, true), settled ? AGAIN_MS : ONCE_MORE_MS);
  });
}

/** Ends bot and processor first and Redis last, so that what they hand back is kept. */
async function stop(code) {
  if (stopping) return;
  stopping = true;
  await end(["bot", "processor"]);
  await end(["redis-server"]);
  process.exit(code);
}

async function end(names) {
  const running = names.flatMap((name) => children.get(name) ?? []);
  const ended = running.map((child) => once(child, "exit"));
  for (const child of running) child.kill("SIGTERM");
  await Promise.race([Promise.all(ended), sleep(STOP_MS)]);
  for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function untilListening(port) {
  const end = Date.now() + REDIS_START_MS;
  while (Date.now() < end && !stopping) {
    const socket = createConnection(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
  throw new Error("redis-server does not answer.");
}
