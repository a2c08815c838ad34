import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import { freePort, hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("several connections to Discord", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await new Stage().open();
  });
  afterEach(() => stage.close());

  /** In a server and in a direct message, which belong to different connections. */
  const answersEverywhere = async () => {
    await stage.startProcessor();
    const ann = { by: stage.discord.person("ann") };
    const asked = stage.discord.command(ann, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(asked));
    stage.discord.direct(ann.by, "", [sound()]);
    await stage.score(() => stage.discord.written(ann.by).at(-1));
    await stage.settled();
  };

  test("are as many as the settings say, and serve servers and direct messages", async () => {
    const port = await freePort();
    await stage.startBot({ DISCORD_SHARDS: "7", BOT_STATUS_PORT: String(port) });
    expect(stage.discord.gateway.counts.identify).toBe(7);
    await answersEverywhere();
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('groovesheet_discord_connections{ready="true"} 7');
  });

  test("are as many as Discord recommends for auto, and come back when they are cut", async () => {
    stage.discord.recommendedShards = 7;
    await stage.startBot();
    expect(stage.discord.gateway.counts.identify).toBe(7);
    stage.discord.gateway.drop();
    await until(() => stage.discord.gateway.counts.resume === 7);
    await answersEverywhere();
  });
});
