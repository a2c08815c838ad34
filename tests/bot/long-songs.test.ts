import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import { phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("songs that take long", () => {
  const stage = new Stage();
  beforeEach(async () => {
    await stage.open();
    await stage.startBot();
  });
  afterEach(() => stage.close());

  const ann = () => stage.discord.person("ann");
  const ask = (minutesAgo: number, options = {}, channelId = CHANNEL_ID) =>
    stage.discord.command({ by: ann(), minutesAgo, channelId }, "transcribe", { file: sound(), ...options });
  const everywhere = () => [...stage.discord.world.messages.values()].filter(({ deleted }) => !deleted);
  const notices = () =>
    everywhere().filter(({ message }) => phrase("finished", { user: `<@${ann().user.id}>` }).test(message.content));
  const queued = (asked: { id: string }) => until(async () => stage.queues.transcribe.getJob(`i${asked.id}`));

  test("after more than two minutes the person is mentioned once, beside the answer", async () => {
    const asked = ask(3);
    await stage.startProcessor();
    await stage.score(() => stage.discord.original(asked));
    await until(() => notices().length === 1);
    await stage.settled();
    expect(notices()).toHaveLength(1);
    expect(notices()[0]!.message.mentions.map(({ id }) => id)).toEqual([ann().user.id]);
  });

  test("a name with markup is written as it is", async () => {
    const asked = ask(3, { file: sound({}, "Star [time](x).wav") });
    await stage.startProcessor();
    await stage.score(() => stage.discord.original(asked));
    const [notice] = await until(() => (notices().length ? notices() : undefined));
    expect(notice!.message.content).toContain(String.raw`**Star \[time\]\(x\)**`);
  });

  test("without a token the bot itself mentions them, as a reply to the answer", async () => {
    const asked = ask(16);
    await queued(asked);
    stage.discord.expireTokens();
    await stage.startProcessor();
    await stage.score(() => stage.discord.original(asked));
    const [notice] = await until(() => (notices().length ? notices() : undefined));
    expect(notice!.message.message_reference?.message_id).toBe(asked.messageId);
  });

  test("a private answer is announced to the person alone", async () => {
    const asked = ask(3, { private: true });
    await stage.startProcessor();
    await stage.score(() => stage.discord.original(asked));
    const [notice] = await until(() => (notices().length ? notices() : undefined));
    expect(notice!.onlyFor).toBe(ann().user.id);
  });

  test("a quick song and a cancelled one are not announced", async () => {
    const cancelled = ask(3);
    await queued(cancelled);
    stage.discord.press({ by: ann() }, stage.discord.original(cancelled), "cancel");
    await until(async () => (await stage.records.get(`i${cancelled.id}`))?.state === "cancelled");
    await stage.startProcessor();
    const quick = ask(1);
    await stage.score(() => stage.discord.original(quick));
    await stage.settled();
    expect(notices()).toEqual([]);
  });

  test("in a server without the bot, the last word before the token ends says where the score will be", async () => {
    const channelId = stage.discord.foreignChannel();
    const asked = ask(14.2, {}, channelId);
    await until(() => asked.messageId && phrase("leaving").test(stage.discord.original(asked).message.content), 20_000);
    stage.discord.expireTokens();
    await stage.startProcessor({}, undefined);
    const direct = () => stage.discord.written(ann()).find(isScore);
    await until(direct, 60_000);
    expect(stage.discord.original(asked).message.content).toMatch(phrase("leaving"));
  });

  test("where the bot is a member, nothing is said of leaving", async () => {
    const asked = ask(14.2);
    await queued(asked);
    await until(() => phrase("noProcessor").test(stage.discord.original(asked).message.content));
    expect(stage.discord.original(asked).history.filter((text) => phrase("leaving").test(text))).toEqual([]);
  });
});
