/** The redis-server of `npm start`: for this user alone, on a password of its own. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aptInstall, findProgram } from "./install.mjs";

const START_MS = 20_000;

/** @throws where there is no redis-server and none can be installed */
export function ensureRedis() {
  if (findProgram("redis-server") || aptInstall(["redis-server"])) return;
  throw new Error(
    "There is no redis-server on the PATH. Install it (Debian: apt-get install redis-server) or set REDIS_URL.",
  );
}

/**
 * Plans a redis-server with append-only persistence. Its password goes to it over standard input: other users can read
 * the arguments of a process.
 *
 * @returns the address, and the configuration that the server reads from its standard input
 */
export async function planRedis(folder) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const password = randomBytes(24).toString("hex");
  const config = [
    `port ${port}`,
    "bind 127.0.0.1",
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    'save ""',
    "appendonly yes",
    "appendfsync everysec",
    "maxmemory-policy noeviction",
    "loglevel warning",
  ];
  return { port, url: `redis://:${password}@127.0.0.1:${port}`, config: `${config.join("\n")}\n` };
}

/** Waits until a port accepts connections. @throws where it does not, or `isOver` says that nobody waits any more */
export async function untilListening(port, isOver) {
  const end = Date.now() + START_MS;
  while (Date.now() < end && !isOver()) {
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

/**
 * Makes sure that only one `npm start` uses a data folder: two would write to the same files.
 *
 * @returns a function that releases the folder
 * @throws where another one runs
 */
export function lockFolder(folder) {
  const file = resolve(folder, "start.pid");
  mkdirSync(folder, { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const pid = Number(readFileSync(file, "utf8"));
    if (isStart(pid)) {
      const advice = "Stop it first, or set DATA_FOLDER to another folder.";
      throw new Error(`Another npm start (process ${pid}) uses the folder ${folder}. ${advice}`);
    }
    rmSync(file, { force: true }); // it was killed
  }
}

/** @returns whether a process is an `npm start`; where the system does not show commands, any process may be one */
function isStart(pid) {
  if (!pid || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.mjs");
  } catch {
    return process.platform !== "linux";
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
