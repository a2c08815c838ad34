import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("a new fingerprint", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
  });
  afterAll(() => stage.close());

  test("transcribes a song again after the fingerprint changes and keeps the old files available", async () => {
    const ann = { by: stage.discord.person("ann") };
    const file = sound();
    const hear = async () => {
      const asked = stage.discord.command(ann, "transcribe", { file });
      await stage.score(() => stage.discord.original(asked));
      await stage.settled();
      return asked;
    };
    const before = await stage.startProcessor({}, undefined, "1 abc");
    const first = await hear();
    expect(await stage.queues.transcribe.getJob(`i${(await hear()).id}`)).toBeUndefined();
    await before.stop();
    await stage.startProcessor({}, undefined, "1 abd");
    expect(await stage.queues.transcribe.getJob(`i${(await hear()).id}`)).toBeDefined();
    const files = stage.discord.command(ann, "jobs files", { job: `i${first.id}` });
    await stage.score(() => stage.discord.original(files));
  });
});
