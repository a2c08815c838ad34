import { InteractionContextType } from "discord-api-types/v10";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage, sound } from "../support/stage.ts";

/** A group of people who write to each other: the bot is no member, a person brings it along as their own app. */
describe.skipIf(!hasRedis)("a group of people", () => {
  const stage = new Stage();
  let group: string;
  beforeAll(async () => {
    await stage.open();
    group = stage.discord.group(ann().by, bea().by);
    await stage.startBot();
    await stage.startProcessor();
  });
  afterAll(() => stage.close());

  const ann = () => ({ by: stage.discord.person("ann"), channelId: group });
  const bea = () => ({ by: stage.discord.person("bea"), channelId: group });
  const inGroup = () => stage.discord.written(group);

  test("offers the transcription commands in groups to people who installed the app for themselves", () => {
    const offered = stage.discord.world.commands.filter(({ contexts, integration_types }) => {
      return contexts?.includes(InteractionContextType.PrivateChannel) && integration_types?.includes(1);
    });
    const names = offered.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["transcribe", "Transcribe drums"]));
    expect(names).not.toContain("settings");
  });

  test("/transcribe posts the score in a group, where its buttons change it", async () => {
    const asked = stage.discord.command(ann(), "transcribe", { file: sound() });
    const stored = await stage.score(() => stage.discord.original(asked));
    expect([stored.message.channel_id, stored.onlyFor, asked.acks]).toEqual([group, undefined, 1]);
    expect((await stage.records.get(`i${asked.id}`))?.requester.guildId).toBeUndefined();
    await stage.settled();
    stage.discord.press(ann(), stored, "half");
    await until(() => /= 60 /.test(stored.message.content));
    await stage.settled();
    expect(inGroup().filter(isScore)).toHaveLength(1);
  });

  test("the menu entry transcribes a message's file, privately on request", async () => {
    const message = stage.discord.say(bea().by, group, "", [sound({}, "Beas.wav")]);
    const asked = stage.discord.messageCommand(ann(), "Transcribe drums", message);
    const stored = await stage.score(() => stage.discord.original(asked));
    expect(stored.message.content).toContain("**Beas**");
    expect(stored.message.channel_id).toBe(group);
    const quiet = stage.discord.command(bea(), "transcribe", { file: sound(), private: true });
    expect((await stage.score(() => stage.discord.original(quiet))).onlyFor).toBe(bea().by.user.id);
    await stage.settled();
  });

  test("asks for the file when an address has expired where the bot cannot read", async () => {
    const message = stage.discord.say(bea().by, group, "", [sound()]);
    const stale = stage.discord.world.shown(message);
    stage.discord.world.signaturesExpiredAt = Date.now() + 60_000;
    const shown = stage.discord.world.shown.bind(stage.discord.world);
    stage.discord.world.shown = () => stale;
    const asked = stage.discord.messageCommand(ann(), "Transcribe drums", message);
    stage.discord.world.shown = shown;
    await until(() => errorPhrase("attachmentExpired").test(stage.discord.original(asked)?.message.content ?? ""));
    stage.discord.world.signaturesExpiredAt = 0;
    await stage.settled();
  });

  test("sends the score by direct message, with the reason, when the token expires during the song", async () => {
    const asked = stage.discord.command({ ...bea(), locale: "de" }, "transcribe", { file: sound({ ms: 1500 }) });
    await until(async () => stage.queues.transcribe.getJob(`i${asked.id}`));
    stage.discord.expireTokens();
    const stored = await stage.score(() => stage.discord.written(bea().by)[0]);
    expect(stored.message.content).toMatch(phrase("notThere", {}, "de"));
    await stage.settled();
    expect(stage.discord.written(bea().by)).toHaveLength(1);
  });

  test("refuses a command meant for servers with an explanation", async () => {
    const asked = stage.discord.command(ann(), "settings show");
    await until(() =>
      errorPhrase("notAdmin").test((asked.messageId && stage.discord.original(asked).message.content) || ""),
    );
  });
});
