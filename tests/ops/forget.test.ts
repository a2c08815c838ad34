import { readSettings, sharedSettingsSchema } from "@groovesheet/jobs/settings.ts";
import { openStore } from "@groovesheet/jobs/stores/open.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasClouds, startGcs, startS3, type TestCloud } from "../support/clouds.ts";
import { until } from "../support/discord/server.ts";
import { phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

const clouds = [["s3", startS3] as const, ["gcs", startGcs] as const];

describe.skipIf(!hasRedis || !hasClouds).each(clouds)("with the store %s", (_, start) => {
  const stage = new Stage();
  let server: TestCloud;
  let store: ObjectStore;
  beforeAll(async () => {
    server = await start();
    Object.assign(process.env, server.settings);
    store = await openStore(readSettings(sharedSettingsSchema, server.settings));
    await stage.open();
    await stage.startBot(server.settings);
    await stage.startProcessor(server.settings);
  });
  afterAll(async () => {
    await stage.close();
    await server.stop();
  });

  const keys = async () => {
    const all: string[] = [];
    for await (const { key } of store.list()) all.push(key);
    return all;
  };

  test("forget-me deletes a person's own songs, but neither other people's nor one that both sent", async () => {
    const [ann, ben] = [{ by: stage.discord.person("ann") }, { by: stage.discord.person("ben") }];
    const shared = () => sound({}, "Ours.wav", "the same");
    for (const [who, file] of [
      [ann, sound({}, "Anns.wav")],
      [ann, shared()],
      [ben, shared()],
    ] as const) {
      const asked = stage.discord.command(who, "transcribe", { file });
      await stage.score(() => stage.discord.original(asked));
    }
    await stage.settled();
    const before = await keys();
    expect(before.filter((key) => key.startsWith("audio/"))).toHaveLength(2);

    const forget = stage.discord.command(ann, "jobs forget-me");
    await until(() => forget.messageId);
    stage.discord.press(ann, stage.discord.original(forget), "forget");
    await until(() => phrase("forgotten").test(stage.discord.original(forget).message.content));

    const after = await keys();
    expect(after.filter((key) => key.startsWith("audio/"))).toHaveLength(1);
    const kept = after.find((key) => key.startsWith("audio/"))!.slice("audio/".length);
    expect(after.every((key) => key.includes(kept))).toBe(true);
    expect(after.length).toBeGreaterThan(4);
    expect(await stage.records.ofUser(ann.by.user.id, 0)).toEqual([]);
    expect(await stage.records.ofUser(ben.by.user.id, 0)).toHaveLength(1);
    expect((await stage.queues.transcribe.getJobs()).map(({ data }) => data.requester.userId)).not.toContain(
      ann.by.user.id,
    );
  });
});
