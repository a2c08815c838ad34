import { describe, expect, test } from "vitest";
import { asking } from "../support/asking.ts";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, sound } from "../support/stage.ts";
import { describeTrouble } from "./trouble.ts";

describeTrouble("while Discord fails", {
  take: (name) => sound({}, name),
  work: (stage) => stage.startProcessor(),
  crowd: 12,
});

describe.skipIf(!hasRedis)("what happens on the way", () => {
  const { stage, ann, ask, queued, scores, exactlyOne } = asking();

  test("edits the same message with the bot token when the interaction token has expired", async () => {
    const asked = ask();
    await queued(asked);
    stage.discord.expireTokens();
    await stage.startProcessor();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
    expect(stage.discord.requests.some(({ method, path }) => method === "PATCH" && path.startsWith("/channels/"))).toBe(
      true,
    );
  });

  test("sends a private answer by direct message when its token has expired", async () => {
    const asked = ask(sound(), { private: true });
    await queued(asked);
    stage.discord.expireTokens();
    await stage.startProcessor();
    const { message } = await exactlyOne();
    expect(stage.discord.written(ann()).map((stored) => stored.message.id)).toEqual([message.id]);
  });

  test.each(["noSend", "none"] as const)(
    "answers by direct message when the bot may do %s in the channel",
    async (access) => {
      const asked = ask();
      await queued(asked);
      stage.discord.expireTokens();
      stage.discord.world.channels.get(CHANNEL_ID)!.access = access;
      if (access === "noSend") stage.discord.original(asked).deleted = true;
      await stage.startProcessor();
      const { message } = await exactlyOne();
      expect(message.content).toMatch(phrase("notInServer", { channel: `<#${CHANNEL_ID}>` }));
    },
  );

  test("the answer replaces the status message even if the bot crashed before recording it", async () => {
    const message = stage.discord.direct(ann(), "", [sound()]);
    const id = `m${message.message.id}-0`;
    await until(async () => stage.queues.transcribe.getJob(id));
    await stage.stopBots();
    const record = (await stage.records.get(id))!;
    const { messageId: _, ...reply } = record.reply;
    await stage.records.move({ ...record, reply }, ["queued"]);
    await stage.startBot();
    await stage.startProcessor();
    await exactlyOne();
    expect(stage.discord.written(ann())).toHaveLength(1);
  });

  test("an interaction delivered twice makes one job", async () => {
    await stage.startProcessor();
    const message = stage.discord.direct(ann(), "", [sound()]);
    const again = { ...stage.discord.world.shown(message), channel_type: 1 };
    stage.discord.gateway.dispatch("MESSAGE_CREATE", again);
    await exactlyOne();
    expect(stage.discord.written(ann())).toHaveLength(1);
  });

  test("answers once if the bot restarts while the song waits", async () => {
    const asked = ask();
    await queued(asked);
    await stage.stopBots();
    await stage.startBot();
    await stage.startProcessor();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("the next bot answers once, without the token, if no bot ran when the song was done", async () => {
    const asked = ask();
    await queued(asked);
    await stage.stopBots();
    await stage.startProcessor();
    await until(async () => (await stage.queues.transcribe.getJob(`i${asked.id}`))?.isCompleted());
    stage.discord.expireTokens();
    await stage.startBot();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("the next bot fetches a song that its predecessor was fetching", async () => {
    const asked = ask();
    await queued(asked);
    await stage.stopBots();
    // As it was before the recording was stored: received, and nothing in the queue.
    await (await stage.queues.transcribe.getJob(`i${asked.id}`))!.remove();
    const { source: _, ...received } = (await stage.records.get(`i${asked.id}`))!;
    await stage.records.move({ ...received, state: "received" }, ["queued"]);
    await stage.startBot();
    await stage.startProcessor();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("the next bot queues a job that its predecessor did not", async () => {
    const asked = ask();
    await queued(asked);
    await stage.stopBots();
    await (await stage.queues.transcribe.getJob(`i${asked.id}`))!.remove();
    await stage.startBot();
    await stage.startProcessor();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("answers each job once with two bots", async () => {
    await stage.startBot();
    await stage.startProcessor();
    const asked = [ask(), ask(), ask()];
    await until(() => scores().length === 3);
    await stage.settled();
    for (const each of asked) expect(isScore(stage.discord.original(each))).toBe(true);
    const answers = stage.discord.requests
      .filter(({ status }) => status === 200)
      .filter(({ path }) => path.includes("/webhooks/"));
    expect(answers.length).toBeGreaterThan(0);
    expect(scores()).toHaveLength(3);
  });

  test("another processor finishes the job of one that is killed", async () => {
    const first = await stage.startProcessor();
    const asked = ask(sound({ ms: 1500 }));
    await queued(asked);
    await first.stop();
    await stage.startProcessor();
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
  });

  test("refreshes an expired attachment from its message, or asks for it again", async () => {
    stage.discord.world.readsContent = true;
    await stage.startProcessor();
    const message = stage.discord.say(ann(), CHANNEL_ID, "", [sound()]);
    const stale = stage.discord.world.shown(message);
    stage.discord.world.signaturesExpiredAt = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const shown = stage.discord.world.shown.bind(stage.discord.world);
    stage.discord.world.shown = () => stale;
    const asked = stage.discord.messageCommand({ by: ann() }, "Transcribe drums", message);
    stage.discord.world.shown = shown;
    expect(await exactlyOne()).toBe(stage.discord.original(asked));
    const lost = ask();
    stage.discord.world.signaturesExpiredAt = Date.now() + 60_000;
    await until(() => errorPhrase("attachmentExpired").test(stage.discord.original(lost)?.message.content ?? ""));
  });

  test("reports that Redis is unreachable and continues when it is back", async () => {
    await stage.startProcessor();
    await stage.server.pause();
    const asked = ask();
    await until(() => asked.ackMs, 5000);
    const content = () => (asked.messageId ? stage.discord.original(asked).message.content : "");
    await until(() => errorPhrase("queueUnreachable").test(content()), 10_000);
    await stage.server.resume();
    await until(async () => (await stage.redis.ping().catch(() => "")) === "PONG");
    const later = ask();
    expect(await stage.score(() => stage.discord.original(later), 30_000)).toBeDefined();
  });

  test("omits files that exceed the upload limit and says so", async () => {
    stage.discord.sizeLimit = 100_000;
    await stage.startProcessor();
    ask(sound({ pdfBytes: 200_000 }));
    const { message } = await exactlyOne();
    expect(message.content).toMatch(phrase("leftOut", { files: ".pdf" }));
    expect(message.attachments).toHaveLength(4);
  });

  test("reports a crash, silence and a wrong file as what they are", async () => {
    await stage.startProcessor();
    const crash = ask(sound({ act: "crash" }));
    const silent = ask(sound({ act: "silent" }));
    await until(() => phrase("faultCrashed").test(stage.discord.original(crash)?.message.content ?? ""), 25_000);
    await until(() => stage.discord.original(silent)?.message.content === "The recording is silent.");
    await stage.settled();
  });
});
