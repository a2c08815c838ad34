import { describe, expect, test } from "vitest";
import { asking } from "../support/asking.ts";
import { CHANNEL_ID, GUILD_ID, until } from "../support/discord/server.ts";
import { phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore } from "../support/stage.ts";

const INVALID_FORM = 50035;
const MISSING_PERMISSIONS = 50013;
/** a code that says nothing of whether the person can be reached */
const OTHER_CODE = 40333;

describe.skipIf(!hasRedis)("an answer that Discord refuses", () => {
  const { stage, ann, ask, queued, exactlyOne, scores } = asking();
  const holdsFiles = ({ files }: { files: ReadonlyMap<number, unknown> }) => files.size > 0;

  test("arrives without the part that Discord refuses, and says that something is missing", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.fail("PATCH", /./, 400, INVALID_FORM, 1, holdsFiles);
    await stage.startProcessor();
    const { message } = await exactlyOne();
    expect(message.id).toBe(stage.discord.original(asked).message.id);
    expect(message.attachments).toHaveLength(5);
    expect(message.components).toEqual([]);
    expect(message.content).toMatch(phrase("reduced"));
  });

  test("arrives with plain names and a plain text where Discord refuses those too", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.fail("PATCH", /./, 400, INVALID_FORM, 3, holdsFiles);
    await stage.startProcessor();
    await stage.settled();
    const { message } = stage.discord.original(asked);
    expect(message.attachments.map(({ filename }) => filename)).toContain("score.musicxml");
    expect(message.content.split("\n")[0]).toBe("done");
  });

  test("stays open and is sent again where the code does not say that the person cannot be reached", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.fail("PATCH", /./, 403, OTHER_CODE, 1, holdsFiles);
    await stage.startProcessor();
    await until(() => stage.discord.requests.some(({ status }) => status === 403));
    expect((await stage.records.get(`i${asked.id}`))?.state).toBe("queued");
    await stage.stopBots();
    await stage.startBot(); // which looks for open requests at once
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("goes elsewhere where the way is closed, and the status message and /jobs say where", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.fail("PATCH", /./, 403, MISSING_PERMISSIONS, 2, holdsFiles);
    await stage.startProcessor();
    const { message } = await exactlyOne();
    const status = stage.discord.original(asked).message;
    expect(message.id).not.toBe(status.id);
    const link = `https://discord.com/channels/${GUILD_ID}/${CHANNEL_ID}/${message.id}`;
    expect(status.content).toMatch(phrase("movedTo", { link }));
    expect(status.components).toEqual([]);
    const listed = stage.discord.command({ by: ann() }, "jobs list");
    await until(() => listed.messageId && stage.discord.original(listed).message.content.includes(link));
  });

  test("in a direct message is linked as one", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.fail("PATCH", /./, 403, MISSING_PERMISSIONS, 2, holdsFiles);
    stage.discord.fail("POST", /./, 403, MISSING_PERMISSIONS, 2, holdsFiles);
    await stage.startProcessor();
    const { message } = await exactlyOne();
    expect(stage.discord.written(ann()).filter(isScore)).toHaveLength(1);
    const link = `https://discord.com/channels/@me/${message.channel_id}/${message.id}`;
    expect(stage.discord.original(asked).message.content).toMatch(phrase("movedTo", { link }));
    expect(scores()).toHaveLength(1);
  });
});
