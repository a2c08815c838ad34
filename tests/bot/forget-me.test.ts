import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readSettings, sharedSettingsSchema } from "@groovesheet/jobs/settings.ts";
import { openStore } from "@groovesheet/jobs/stores/open.ts";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type UploadedFile, until } from "../support/discord/server.ts";
import { phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("after forget-me nothing of the person is left", () => {
  const stage = new Stage();
  let host: Server;
  /** ends the downloads that wait for the rest of their file */
  let release: () => void;
  let link: string;
  const asked: { id: string }[] = [];

  beforeEach(async () => {
    await stage.open();
    asked.length = 0;
    const waiting: (() => void)[] = [];
    release = () => {
      for (const end of waiting.splice(0)) end();
    };
    host = createServer((_, response) => {
      const { data } = sound({}, "", "AnnsSlowTake");
      response.writeHead(200, { "content-type": "audio/wav", "content-length": data.length });
      response.write(data.subarray(0, 20));
      waiting.push(() => response.end(data.subarray(20)));
    });
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
    const { port } = host.address() as AddressInfo;
    link = `http://localhost:${port}/AnnsLink.wav`;
    await stage.startBot({ LINK_PRIVATE_HOSTS: `localhost:${port}` });
  });
  afterEach(async () => {
    await stage.close();
    host.closeAllConnections();
    host.close();
  });

  const ann = () => ({ by: stage.discord.person("ann-lee") });
  const bob = () => ({ by: stage.discord.person("bob") });
  const command = (who: ReturnType<typeof ann>, name: string, options: Record<string, string | UploadedFile> = {}) => {
    const interaction = stage.discord.command(who, name, options);
    if (who.by.user.id === ann().by.user.id) asked.push(interaction);
    return interaction;
  };
  const scored = async (who: ReturnType<typeof ann>, options: Record<string, string | UploadedFile>) => {
    const interaction = command(who, "transcribe", options);
    const shown = await stage.score(() => stage.discord.original(interaction));
    await stage.settled();
    return shown;
  };
  const state = (interaction: { id: string }) =>
    stage.records.get(`i${interaction.id}`).then((record) => record?.state);

  const forget = async () => {
    const interaction = stage.discord.command(ann(), "jobs forget-me");
    await until(() => interaction.messageId);
    stage.discord.press(ann(), stage.discord.original(interaction), "forget");
    await until(() => phrase("forgotten").test(stage.discord.original(interaction).message.content), 20_000);
  };
  const store = () => openStore(readSettings(sharedSettingsSchema, stage.environment()));
  const inventory = async () => {
    const found = new Map<string, string>(await redisContent(stage.redis));
    const objects = await store();
    for await (const { key } of objects.list()) {
      found.set(`store ${key}`, `${key} ${Buffer.from(await objects.get(key)).toString("latin1")}`);
    }
    return found;
  };
  /** what must be nowhere: her id, her name, her titles and files, what only she sent, and her requests */
  const traces = () => [ann().by.user.id, "ann-lee", "Anns", ...asked.map(({ id }) => `i${id}`)];
  const tracesIn = (found: ReadonlyMap<string, string>) =>
    [...found].flatMap(([place, text]) =>
      traces().flatMap((trace) => (text.includes(trace) ? [`${trace} in ${place}`] : [])),
    );
  const expectNothing = async () => {
    await until(async () => tracesIn(await inventory()).length === 0, 25_000).catch(() => {});
    expect(tracesIn(await inventory())).toEqual([]);
  };
  const shared = (name: string) => sound({}, name, "ours");

  test("scores, a recording that somebody else sent too, and a waiting correction", async () => {
    await stage.startProcessor();
    const shown = await scored(ann(), { file: sound({}, "AnnsSong.wav"), title: "Anns Title" });
    await scored(ann(), { file: shared("AnnsCopy.wav") });
    const bobs = await scored(bob(), { file: shared("Bobs.wav") });
    await stage.stopProcessors();
    asked.push(stage.discord.press(ann(), shown, "half"));
    await until(async () => (await state(asked.at(-1)!)) === "queued");
    expect(tracesIn(await inventory()).length).toBeGreaterThan(20);
    await forget();
    await expectNothing();
    // Bob's score is whole.
    await stage.startProcessor();
    stage.discord.press(bob(), bobs, "half");
    await until(() => /= 60 /.test(bobs.message.content));
    const files = [...(await inventory()).keys()];
    expect(files.filter((key) => key.startsWith("store audio/"))).toHaveLength(1);
  });

  test("a slow link that is being fetched, and one that is cancelled", async () => {
    const first = command(ann(), "transcribe", { link });

    await until(async () => (await state(first)) === "received");
    await new Promise((resolve) => setTimeout(resolve, 300));
    stage.discord.press(ann(), await until(() => stage.discord.original(first)), "cancel");
    await until(async () => (await state(first)) === "cancelled");
    const second = command(ann(), "transcribe", { link });
    await until(async () => (await state(second)) === "received");
    await forget();
    release();
    await expectNothing();
    expect([...(await inventory()).keys()].filter((key) => key.startsWith("store "))).toEqual([]);
  });

  test("a running, a waiting and a failed job", async () => {
    await stage.startProcessor();
    command(ann(), "transcribe", { file: sound({ act: "silent" }, "AnnsSilence.wav") });
    await stage.settled();
    const running = command(ann(), "transcribe", { file: sound({ ms: 20_000 }, "AnnsLongSong.wav") });
    await until(async () => (await stage.queues.transcribe.getJob(`i${running.id}`))?.isActive());
    const waiting = command(ann(), "transcribe", { file: sound({}, "AnnsNext.wav") });
    await until(async () => stage.queues.transcribe.getJob(`i${waiting.id}`));
    await forget();
    await expectNothing();
  });

  test("damaged records of the person and of others", async () => {
    await stage.startProcessor();
    await scored(ann(), { file: sound({}, "AnnsSong.wav") });
    await stage.redis.set("groovesheet:request:damaged1", "{");
    await stage.redis.set("groovesheet:request:damaged2", JSON.stringify({ requester: { userId: ann().by.user.id } }));
    await stage.redis.zadd("groovesheet:open", Date.now(), "damaged1");
    await forget();
    await expectNothing();
    expect(await stage.redis.exists("groovesheet:request:damaged1")).toBe(1);
  });
});

/** Every key of Redis with all that is in it, streams too. */
async function redisContent(redis: Redis): Promise<[string, string][]> {
  const content: [string, string][] = [];
  for (const key of await redis.keys("*")) {
    content.push([`Redis ${key}`, `${key} ${JSON.stringify(await read(redis, key))}`]);
  }
  return content;
}

async function read(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case "string":
      return await redis.get(key);
    case "hash":
      return await redis.hgetall(key);
    case "list":
      return await redis.lrange(key, 0, -1);
    case "set":
      return await redis.smembers(key);
    case "zset":
      return await redis.zrange(key, 0, -1);
    case "stream":
      return await redis.xrange(key, "-", "+");
    default:
      return undefined;
  }
}
