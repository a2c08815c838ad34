import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_ID, TOKEN, until } from "../support/discord/server.ts";
import { EXAMPLE } from "../support/media.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage } from "../support/stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PASSWORD = "password-of-redis";
const PAGE_PASSWORD = "password-of-the-page";
const SIGNATURE = "signature-of-a-link";

interface Line {
  readonly process: string;
  readonly level: number;
  readonly msg: string;
  readonly job?: string;
}

/** Bot and processor as in production, at the most verbose log level. */
describe.skipIf(!hasRedis)("the logs", () => {
  const stage = new Stage();
  const children: ChildProcess[] = [];
  let said = "";
  const lines = () => said.split("\n").filter(Boolean);
  const parsed = () => lines().map((line) => JSON.parse(line) as Line);
  const start = (file: string) => {
    const REDIS_URL = stage.server.url.replace("redis://", `redis://:${PASSWORD}@`);
    const extra = { LOG_LEVEL: "trace", REDIS_URL, QUEUE_PAGE_TOKEN: PAGE_PASSWORD, LINK_PRIVATE_HOSTS: "127.0.0.1:9" };
    const env = { ...process.env, ...stage.environment(extra) };
    const child = spawn(process.execPath, ["--import", "tsx", file], { cwd: root, env });
    child.stdout.on("data", (text) => {
      said += text;
    });
    child.stderr.on("data", () => {});
    children.push(child);
  };

  beforeAll(async () => {
    await stage.open();
    await stage.redis.config("SET", "requirepass", PASSWORD);
    await stage.redis.auth(PASSWORD);
    start("bot/main.ts");
    start("processor/worker/main.ts");
    await until(() => /bot is ready/.test(said) && /processor is ready/.test(said), 60_000);
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await stage.close();
  });

  test("are JSON lines without secrets, for good jobs, bad jobs and an unreachable Discord", async () => {
    const ann = { by: stage.discord.person("ann") };
    stage.discord.fail("PATCH", /messages/, 500, 0, 4);
    stage.discord.fail("POST", /channels\/\d+\/messages/, 403, 50013, 1);
    const data = await readFile(EXAMPLE);
    const good = stage.discord.command(ann, "transcribe", { file: { name: "a.ogg", type: "audio/ogg", data } });
    const bad = stage.discord.command(ann, "transcribe", { file: { name: "b.ogg", data: Buffer.from("no sound") } });
    const link = `http://127.0.0.1:9/song.mp3?Signature=${SIGNATURE}&token=${SIGNATURE}`;
    const away = stage.discord.command(ann, "transcribe", { link });
    await stage.score(() => stage.discord.original(good), 120_000);
    await stage.settled(120_000);

    const secrets = [TOKEN, PASSWORD, PAGE_PASSWORD, SIGNATURE, ...stage.discord.interactions.values()].flatMap(
      (each) => (typeof each === "string" ? [each] : [each.token]),
    );
    expect(secrets.length).toBe(7);
    for (const secret of secrets) expect(lines().filter((line) => line.includes(secret))).toEqual([]);
    expect(lines().filter((line) => /[?&](ex|is|hm|Signature)=/.test(line))).toEqual([]);

    const all = parsed(); // throws where a line is no JSON
    for (const asked of [good, bad, away]) {
      const own = all.filter(({ job }) => job === `i${asked.id}`).map(({ process }) => process);
      expect(own).toContain("bot");
      if (asked === good) expect(own).toContain("processor");
    }
    for (const { level, process } of all)
      expect([typeof level, ["bot", "processor"].includes(process)]).toEqual(["number", true]);
    expect(stage.discord.written(CHANNEL_ID).length).toBeGreaterThan(0);
  }, 240_000);

  test("name the job in every line about one", () => {
    const ofJobs = parsed().filter(({ msg }) => /^(job |answered|pipeline|not answered)/.test(msg));
    expect(ofJobs.length).toBeGreaterThan(4);
    expect(ofJobs.filter(({ job }) => job === undefined)).toEqual([]);
  });
});
