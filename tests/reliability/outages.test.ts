import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { asking } from "../support/asking.ts";
import { hasClouds, startS3, type TestCloud } from "../support/clouds.ts";
import { until } from "../support/discord/server.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { sound } from "../support/stage.ts";

const DAY = 24 * 3600 * 1000;

describe.skipIf(!hasRedis)("a Redis that is full", () => {
  const { stage, ask, scores, exactlyOne } = asking();

  test("people are asked to try again, and work continues without a restart when there is room", async () => {
    await stage.startProcessor();
    await stage.redis.config("SET", "maxmemory", "1");
    const refused = ask();
    await until(() => errorPhrase("queueUnreachable").test(stage.discord.original(refused)?.message.content ?? ""));
    expect(scores()).toEqual([]);
    await stage.redis.config("SET", "maxmemory", "0");
    const asked = ask();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });
});

describe.skipIf(!hasRedis)("a clock that is set", () => {
  const { stage, ask, exactlyOne } = asking();
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ["ahead", DAY],
    ["back", -DAY],
  ])("a clock set %s by a day during a job: it is answered once, and its recording is kept", async (_, jump) => {
    await stage.startProcessor();
    const asked = ask(sound({ ms: 2500 }));
    await until(async () => typeof (await stage.queues.transcribe.getJob(`i${asked.id}`))?.progress === "object");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + jump });
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
    const { source } = (await stage.records.get(`i${asked.id}`))!;
    expect(await openLocalStore(join(stage.folder, "store")).has(`audio/${source!.hash}`)).toBe(true);
    const next = ask();
    await stage.score(() => stage.discord.original(next));
    await stage.settled();
  });
});

const disk = join(tmpdir(), `groovesheet-disk-${process.pid}`);

/** A disk of 4 MB, in memory. */
async function mount(): Promise<boolean> {
  await mkdir(disk);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "none", disk]).status === 0;
}

async function unmount(): Promise<void> {
  spawnSync("umount", [disk]);
  await rmdir(disk);
}

const mayMount = await mount().finally(unmount);
if (!mayMount) console.warn("skipped: a disk that is full needs the right to mount one");

describe.skipIf(!hasRedis || !mayMount)("a store that is full", () => {
  const settings = { STORE_FOLDER: join(disk, "store") };
  const { stage, ask, queued, scores } = asking(undefined, undefined, () => settings);
  beforeAll(mount);
  afterAll(unmount);

  test("what was asked for waits, and is answered once when there is room", async () => {
    await stage.startProcessor(settings);
    const filling = join(disk, "filling");
    const asked = ask(sound({ ms: 1500, pdfBytes: 600_000 }));
    await queued(asked);
    await writeFile(filling, Buffer.alloc(8_000_000)).catch(() => {}); // as much as fits
    expect((await stat(filling)).size).toBeGreaterThan(1_000_000);
    const later = ask();
    await sleep(4000);
    expect(scores()).toEqual([]);
    await rm(filling);
    for (const each of [asked, later]) await stage.score(() => stage.discord.original(each), 40_000);
    await stage.settled();
    expect(scores()).toHaveLength(2);
  });
});

describe.skipIf(!hasRedis || !hasClouds)("a store that is slow", () => {
  const SLOW_MS = 300;
  let cloud: TestCloud;
  let gate: Server;
  let settings: NodeJS.ProcessEnv;
  beforeAll(async () => {
    cloud = await startS3();
    Object.assign(process.env, cloud.settings);
    gate = createServer((client) => delay(client, Number(new URL(cloud.settings.STORE_ENDPOINT!).port)));
    await once(gate.listen(0, "127.0.0.1"), "listening");
    const { port } = gate.address() as { port: number };
    settings = { ...cloud.settings, STORE_ENDPOINT: `http://127.0.0.1:${port}` };
  });
  afterAll(async () => {
    gate.close();
    for (const name of Object.keys(cloud.settings)) delete process.env[name];
    await cloud.stop();
  });
  const { stage, ask, exactlyOne } = asking(undefined, 60_000, () => settings);

  /** Hands on what a server says, each piece a moment later. */
  function delay(client: Socket, port: number): void {
    const server = connect(port, "127.0.0.1");
    client.pipe(server);
    let before = Promise.resolve<unknown>(undefined);
    server.on("data", (piece) => {
      before = before.then(() => sleep(SLOW_MS)).then(() => client.write(piece));
    });
    server.on("close", () => void before.then(() => client.end()));
    client.on("close", () => server.destroy()).on("error", () => {});
    server.on("error", () => client.destroy());
  }

  test("people are acknowledged as ever, and answered once", async () => {
    await stage.startProcessor(settings);
    const asked = ask();
    await until(() => asked.ackMs);
    expect(asked.ackMs).toBeLessThan(1000);
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });
});
