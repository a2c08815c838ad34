import { describe, expect, test } from "vitest";
import { asking } from "../support/asking.ts";
import { CHANNEL_ID, type UploadedFile, until } from "../support/discord/server.ts";
import { hasRedis } from "../support/redis.ts";
import type { Stage } from "../support/stage.ts";

interface PipelineUnderTest {
  /** a recording that nobody sent before */
  readonly take: (name: string) => UploadedFile;
  readonly work: (stage: Stage) => Promise<unknown>;
  /** people who want something at once */
  readonly crowd: number;
}

/** milliseconds: a busy machine takes its time */
const PATIENCE = 90_000;

/** Registers the tests that must pass while Discord fails, for any pipeline. */
export function describeTrouble(name: string, { take, work, crowd }: PipelineUnderTest): void {
  describe.skipIf(!hasRedis)(name, { timeout: 2 * PATIENCE }, () => {
    const { stage, ann, ask, queued, scores, exactlyOne } = asking(() => take("Take.wav"), PATIENCE);

    test("posts a new message when the status message was deleted", async () => {
      const asked = ask();
      await queued(asked);
      stage.discord.original(asked).deleted = true;
      await work(stage);
      expect((await exactlyOne()).message.channel_id).toBe(CHANNEL_ID);
    });

    test("closes a request when the channel is deleted and direct messages are closed", async () => {
      const asked = ask();
      await queued(asked);
      stage.discord.expireTokens();
      stage.discord.world.channels.get(CHANNEL_ID)!.deleted = true;
      stage.discord.world.closed.add(ann().user.id);
      await work(stage);
      await stage.settled(PATIENCE);
      expect(scores()).toEqual([]);
      expect((await stage.records.get(`i${asked.id}`))?.state).toBe("done");
    });

    test("delivers the answer after Discord recovers from 5xx errors", async () => {
      const asked = ask();
      await queued(asked);
      stage.discord.fail("PATCH", /./, 503, 0, 6);
      await work(stage);
      expect(await exactlyOne()).toBe(stage.discord.original(asked));
    });

    test("delivers everything when Discord limits the rate (429)", async () => {
      await work(stage);
      const people = Array.from({ length: crowd }, (_, index) => stage.discord.person(`slow${index}`));
      for (const [index, person] of people.entries()) stage.discord.direct(person, "", [take(`Take ${index}.wav`)]);
      stage.discord.fail("POST", /^\/channels/, 429, 0, 4);
      stage.discord.fail("PATCH", /^\/channels/, 429, 0, 4);
      await until(() => scores().length === people.length, PATIENCE);
      await stage.settled();
      expect(scores()).toHaveLength(people.length);
    });

    test("resumes a lost gateway connection without missing events", async () => {
      await work(stage);
      stage.discord.gateway.drop();
      const asked = ask();
      await until(() => stage.discord.gateway.counts.resume > 0);
      expect(await exactlyOne()).toBe(stage.discord.original(asked));
      expect(asked.acks).toBe(1);
    });
  });
}
