import { readFile } from "node:fs/promises";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

const FILE = new URL("../../ops/redis/users.acl", import.meta.url);

describe.skipIf(!hasRedis)("the Redis users of ops/redis/users.acl", () => {
  const stage = new Stage();
  let processor: Redis;
  let token: string;
  const urlOf = (user: string, password: string) =>
    stage.server.url.replace("redis://", `redis://${user}:${password}@`);

  beforeAll(async () => {
    await stage.open();
    const users = (await readFile(FILE, "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split(" ").slice(1));
    expect(users.map(([name]) => name)).toEqual(["default", "bot", "processor"]);
    expect(users[0]).toEqual(["default", "off"]); // stays on here, for the test itself
    for (const [name, ...rules] of users.slice(1)) await stage.redis.call("ACL", "SETUSER", name!, ...rules);
    await stage.startBot({ REDIS_URL: urlOf("bot", "BOT_PASSWORD") });
    await stage.startProcessor({ REDIS_URL: urlOf("processor", "PROCESSOR_PASSWORD") });
    const asked = stage.discord.command({ by: stage.discord.person("ann") }, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    token = asked.token;
    processor = new Redis(urlOf("processor", "PROCESSOR_PASSWORD"));
  });
  afterAll(async () => {
    processor.disconnect();
    await stage.close();
  });

  test("let bot and processor do their work, cancelling included", async () => {
    const ann = { by: stage.discord.person("ann") };
    const slow = stage.discord.command(ann, "transcribe", { file: sound({ ms: 60_000 }) });
    const active = async () => (await stage.queues.transcribe.getActive())[0];
    while (!(await active())) await new Promise((resolve) => setTimeout(resolve, 50));
    const { id } = (await active())!;
    stage.discord.command(ann, "jobs cancel", { job: id! });
    await stage.settled();
    expect(await stage.queues.transcribe.getJobState(id!)).toBe("failed");
    expect(slow).toBeDefined();
  });

  test("keep requests, preferences and allowances from the processor", async () => {
    const keys = await stage.redis.keys("groovesheet:*");
    const forbidden = keys.filter(
      (key) => !/^groovesheet:(transcribe|renotate|processors?|cancelled|fingerprint|model)\b/.test(key),
    );
    expect(forbidden.some((key) => key.startsWith("groovesheet:request:"))).toBe(true);
    for (const key of forbidden) {
      await expect(processor.type(key), key).rejects.toThrow(/NOPERM/);
      await expect(processor.eval("return redis.call('type', KEYS[1])", 1, key), key).rejects.toThrow(
        /permission|NOPERM/i,
      );
    }
  });

  test("leave no token of an interaction and no address of an attachment where the processor can read", async () => {
    const keys = (await stage.redis.keys("groovesheet:*")).filter((key) => /:(transcribe|renotate):/.test(key));
    const dumps = await Promise.all(keys.map((key) => stage.redis.dumpBuffer(key)));
    expect(keys.length).toBeGreaterThan(3);
    const text = Buffer.concat(dumps.filter((dump) => dump !== null)).toString("latin1");
    expect(text).not.toContain(token);
    expect(text).not.toContain(stage.discord.origin);
  });

  test.each(["CONFIG GET requirepass", "ACL LIST", "KEYS *", "FLUSHALL", "MONITOR", "SHUTDOWN NOSAVE"])(
    "refuse %s to the processor",
    async (command) => {
      const [name, ...args] = command.split(" ");
      await expect(processor.call(name!, ...args)).rejects.toThrow(/NOPERM/);
    },
  );
});
