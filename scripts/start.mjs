/**
 * `npm start`: installs what is missing, then runs the bot, a processor and, without REDIS_URL, a redis-server of their
 * own that keeps its data in the data folder. A process that ends at its start, or with code 2, ends all of them; one that
 * ends later is started again.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkNode, ensureFfmpeg, ensurePackages, root as ROOT } from "./install.mjs";
import { ensureRedis, lockFolder, planRedis, untilListening } from "./local-redis.mjs";

const STOP_MS = 40_000;
/** milliseconds after which a process counts as started, unless it ends with code 2 */
const SETTLED_MS = 15_000;
/** milliseconds before a process that ended is started again: the first time, and while that fails */
const AGAIN_MS = 1000;
const ONCE_MORE_MS = 20_000;
const LOOK_MS = 1000;
/** the code of a process whose operator has to do something before it can run */
const OPERATOR_NEEDED = 2;

checkNode();
ensurePackages({ dev: false });

const children = new Map();
let stopping = false;
let releaseFolder = () => {};

try {
  process.umask(0o077); // recordings and the queue are nobody else's to read
  if (existsSync(resolve(ROOT, ".env"))) process.loadEnvFile(resolve(ROOT, ".env"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(0));
  stopWithParent();
  const settings = checkSettings();
  ensureFfmpeg();
  const folder = resolve(process.env.DATA_FOLDER?.trim() || resolve(ROOT, "data"));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  releaseFolder = lockFolder(folder);
  const env = { ...process.env };
  env.STORE_FOLDER = env.STORE_FOLDER?.trim() || resolve(folder, "store");
  if (!env.REDIS_URL?.trim()) env.REDIS_URL = await startRedis(resolve(folder, "redis"));
  startPart("processor", "processor/worker/main.ts", without(env, settings.bot));
  startPart("bot", "bot/main.ts", without(env, settings.processor));
} catch (error) {
  console.error(error.message);
  await stop(OPERATOR_NEEDED);
}

/**
 * Checks the settings before anything is started.
 *
 * @returns which settings belong to the bot alone, and which to the processor alone
 */
function checkSettings() {
  const check = spawnSync(process.execPath, ["--import", "tsx", "scripts/check-settings.ts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (check.status !== 0) throw new Error(check.stderr.trim());
  return JSON.parse(check.stdout);
}

/** The environment of one process holds no setting of the other: the processor has no use for Discord's token. */
function without(env, names) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

/** @returns the address of the redis-server that is started */
async function startRedis(folder) {
  ensureRedis();
  const { port, url, config } = await planRedis(folder);
  start("redis-server", "redis-server", ["-"], { env: process.env, input: config });
  await untilListening(port, () => stopping);
  return url;
}

/** npm does not pass every signal on; when it is gone, nobody can stop this process any more. */
function stopWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(0), LOOK_MS).unref();
}

function startPart(name, file, env) {
  start(name, process.execPath, ["--import", "tsx", file], { env });
}

function start(name, program, args, { env, input }, again = false) {
  const startedAt = performance.now();
  const stdin = input === undefined ? "ignore" : "pipe";
  // A group of its own: Ctrl-C reaches this process alone, which ends the others in order.
  const child = spawn(program, args, { cwd: ROOT, env, stdio: [stdin, "inherit", "inherit"], detached: true });
  children.set(name, child);
  child.on("error", (error) => console.error(`${name}: ${error.message}`));
  child.stdin?.on("error", () => {}).end(input); // an end before it is read is reported by `exit`
  child.on("exit", (code, signal) => {
    children.delete(name);
    if (stopping) return;
    if (code !== OPERATOR_NEEDED) console.error(`${name} has ended (${signal ?? code}).`);
    const settled = performance.now() - startedAt > SETTLED_MS;
    if (!again && !settled) return stop(code || 1);
    // A process that is started again may find Redis away: it gets its time before its word is final.
    if (code === OPERATOR_NEEDED && (!again || settled)) return stop(code);
    setTimeout(() => stopping || start(name, program, args, { env, input }, true), settled ? AGAIN_MS : ONCE_MORE_MS);
  });
}

/** Ends bot and processor first and Redis last, so that what they hand back is kept. */
async function stop(code) {
  if (stopping) return;
  stopping = true;
  await end(["bot", "processor"]);
  await end(["redis-server"]);
  releaseFolder();
  process.exit(code);
}

async function end(names) {
  const running = names.flatMap((name) => children.get(name) ?? []);
  const ended = running.map((child) => once(child, "exit"));
  for (const child of running) child.kill("SIGTERM");
  await Promise.race([Promise.all(ended), sleep(STOP_MS)]);
  for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}
