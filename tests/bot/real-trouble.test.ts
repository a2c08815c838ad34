import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { CHANNEL_ID, type UploadedFile, until } from "../support/discord/server.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage } from "../support/stage.ts";

const pipeline = new URL("../../processor/pipeline.ts", import.meta.url);
const recording = fileURLToPath(new URL("../../examples/backbeat.ogg", import.meta.url));

/** Eight seconds of the example, under another name each time. */
function take(name: string): UploadedFile {
  const made = spawnSync("ffmpeg", ["-v", "error", "-t", "8", "-i", recording, "-f", "wav", "pipe:1"]);
  return { name, type: "audio/wav", data: made.stdout };
}

describe.skipIf(!hasRedis)("the real road, with Discord in trouble", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await new Stage().open();
    await stage.startBot();
  });
  afterEach(() => stage.close());

  const ann = () => stage.discord.person("ann");
  const ask = () => stage.discord.command({ by: ann() }, "transcribe", { file: take("Take.wav") });
  const queued = (asked: StoredInteraction) => until(async () => stage.queues.transcribe.getJob(`i${asked.id}`));
  const work = () => stage.startProcessor({}, pipeline);
  const scores = () => [...stage.discord.world.messages.values()].filter((each) => !each.deleted && isScore(each));
  const exactlyOne = async () => {
    await until(() => scores().length > 0, 60_000);
    await stage.settled();
    expect(scores()).toHaveLength(1);
    return scores()[0]!;
  };

  test("GIVEN a deleted status message THEN the answer is a new one", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.original(asked).deleted = true;
    await work();
    expect((await exactlyOne()).message.channel_id).toBe(CHANNEL_ID);
  });

  test("GIVEN a deleted channel and closed direct messages THEN the job ends and nothing is owed", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.expireTokens();
    stage.discord.world.channels.get(CHANNEL_ID)!.deleted = true;
    stage.discord.world.closed.add(ann().user.id);
    await work();
    await stage.settled();
    expect(scores()).toEqual([]);
    expect((await stage.records.get(`i${asked.id}`))?.state).toBe("done");
  });

  test("GIVEN Discord in trouble (5xx) THEN the answer comes when it is well again", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.fail("PATCH", /./, 503, 0, 6);
    await work();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("GIVEN Discord that wants it slower (429) THEN everything arrives", async () => {
    await work();
    const people = ["bea", "cyd", "dan"].map((name) => stage.discord.person(name));
    for (const [i, person] of people.entries()) stage.discord.direct(person, "", [take(`Take ${i}.wav`)]);
    stage.discord.fail("POST", /^\/channels/, 429, 0, 2);
    stage.discord.fail("PATCH", /^\/channels/, 429, 0, 2);
    await until(() => scores().length === people.length, 60_000);
    await stage.settled();
    expect(scores()).toHaveLength(people.length);
  });

  test("GIVEN a cut line to the gateway THEN it is taken up again and nothing said meanwhile is lost", async () => {
    await work();
    stage.discord.gateway.drop();
    const asked = ask();
    await until(() => stage.discord.gateway.counts.resume > 0);
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
    expect(asked.acks).toBe(1);
  });
});
