import { setTimeout as sleep } from "node:timers/promises";
import { GatewayIntentBits } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { CHANNEL_ID, GUILD_ID, until } from "../support/discord/server.ts";
import { APPLICATION_ID, type StoredMessage } from "../support/discord/world.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage, sound } from "../support/stage.ts";

const MENTION = `<@${APPLICATION_ID}>`;

describe.skipIf(!hasRedis)("messages in servers", () => {
  const stage = new Stage();
  beforeEach(async () => {
    await stage.open();
    await stage.startProcessor();
  });
  afterEach(() => stage.close());

  const ann = () => stage.discord.person("ann");
  const bob = () => stage.discord.person("bob");
  const startBot = () => stage.startBot();
  const startBotWithIntent = () => {
    stage.discord.world.readsContent = true;
    stage.discord.gateway.allowedIntents |= GatewayIntentBits.MessageContent;
    return stage.startBot({ MESSAGE_CONTENT_INTENT: "true" });
  };
  const answers = () => stage.discord.written(CHANNEL_ID);
  const saidInChannel = (words: RegExp) => until(() => answers().find(({ message }) => words.test(message.content)));
  const said = (asked: StoredInteraction, words: RegExp) =>
    until(() => asked.messageId && words.test(stage.discord.original(asked).message.content));
  const linkTo = ({ message }: StoredMessage) =>
    `https://discord.com/channels/${GUILD_ID}/${message.channel_id}/${message.id}`;
  const score = () => until(() => answers().find(isScore), 20_000);

  describe("that mention the bot", () => {
    test("a file in it is transcribed", async () => {
      await startBot();
      stage.discord.say(ann(), CHANNEL_ID, `${MENTION} please`, [sound({}, "Take.wav"), sound({}, "Other.wav")]);
      await until(() => answers().filter(isScore).length === 2, 20_000);
      expect((await stage.records.ofUser(ann().user.id, 1))[0]?.requester.guildId).toBe(GUILD_ID);
    });

    test("with the message-content intent, so is a file in the message that it replies to", async () => {
      await startBotWithIntent();
      const take = stage.discord.say(bob(), CHANNEL_ID, "our take", [sound()]);
      stage.discord.say(ann(), CHANNEL_ID, `${MENTION}`, [], take);
      await score();
    });

    test("without the intent, it says that Discord hides the message, and names the menu", async () => {
      await startBot();
      const take = stage.discord.say(bob(), CHANNEL_ID, "our take", [sound()]);
      stage.discord.say(ann(), CHANNEL_ID, `${MENTION}`, [], take);
      await saidInChannel(errorPhrase("contentHidden"));
    });

    test("without a recording it gives help; other messages, and replies to its own, get no answer", async () => {
      await startBot();
      stage.discord.say(ann(), CHANNEL_ID, "hello", [sound()]);
      stage.discord.say(ann(), CHANNEL_ID, `${MENTION} hello`);
      const greeting = await saidInChannel(phrase("greeting"));
      stage.discord.say(ann(), CHANNEL_ID, "thanks", [], greeting);
      stage.discord.say(ann(), CHANNEL_ID, `${MENTION} again`);
      await until(() => answers().length === 2);
      await stage.settled();
      expect(answers()).toHaveLength(2);
    });
  });

  describe("that a link points to", () => {
    test("without the intent, it says that Discord hides the message, and names the menu", async () => {
      await startBot();
      const take = stage.discord.say(bob(), CHANNEL_ID, "", [sound()]);
      await said(
        stage.discord.command({ by: ann() }, "transcribe", { link: linkTo(take) }),
        errorPhrase("contentHidden"),
      );
      const withMenu = stage.discord.messageCommand({ by: ann() }, "Transcribe drums", take);
      await stage.score(() => stage.discord.original(withMenu));
    });

    test("messages that mention the bot, or are its own, can be read without it", async () => {
      await startBot();
      const take = stage.discord.say(bob(), CHANNEL_ID, `${MENTION} this one`, [sound()]);
      await score();
      const asked = stage.discord.command({ by: ann() }, "transcribe", { link: linkTo(take) });
      await stage.score(() => stage.discord.original(asked));
    });

    test("with the intent it is transcribed", async () => {
      await startBotWithIntent();
      const take = stage.discord.say(bob(), CHANNEL_ID, "", [sound()]);
      const asked = stage.discord.command({ by: ann() }, "transcribe", { link: linkTo(take) });
      await stage.score(() => stage.discord.original(asked));
    });
  });

  describe("that forward others", () => {
    test.each([
      ["a file", (): StoredMessage => stage.discord.say(bob(), CHANNEL_ID, "", [sound()])],
      ["a file among text", (): StoredMessage => stage.discord.say(bob(), CHANNEL_ID, "listen!", [sound()])],
    ])("%s in a forwarded message is transcribed by the menu", async (_, original) => {
      await startBot();
      const forwarded = stage.discord.forward(ann(), CHANNEL_ID, original());
      const asked = stage.discord.messageCommand({ by: ann() }, "Transcribe drums", forwarded);
      await stage.score(() => stage.discord.original(asked));
    });

    test("a forwarded file is transcribed in a direct message", async () => {
      await startBot();
      const original = stage.discord.say(bob(), CHANNEL_ID, "", [sound()]);
      const direct = stage.discord.direct(ann(), "hello");
      stage.discord.forward(ann(), direct.message.channel_id, original);
      await until(() => stage.discord.written(ann()).find(isScore), 20_000);
    });

    test("the menu on a message without a recording does not speak of links", async () => {
      await startBot();
      const empty = stage.discord.forward(ann(), CHANNEL_ID, stage.discord.say(bob(), CHANNEL_ID, "just text"));
      const asked = stage.discord.messageCommand({ by: ann() }, "Transcribe drums", empty);
      await said(asked, errorPhrase("noRecordingInMessage"));
    });
  });

  test("an attachment of a slash command whose address expired is signed anew", async () => {
    await startBot();
    stage.discord.world.signaturesExpiredAt = Date.now() + 300;
    const asked = stage.discord.command({ by: ann() }, "transcribe", { file: sound() });
    const requests = () => stage.discord.requests.filter(({ path }) => path === "/attachments/refresh-urls");
    await until(() => requests().length > 0);
    expect(requests()[0]?.status).toBe(200);
    await sleep(400);
    const later = stage.discord.command({ by: ann() }, "jobs list");
    await until(() => later.messageId);
    expect(asked.acks).toBe(1);
  });

  test("where the bot may not attach files, it says so before the work", async () => {
    await startBot();
    stage.discord.world.channels.get(CHANNEL_ID)!.access = "noFiles";
    await said(
      stage.discord.command({ by: ann() }, "transcribe", { file: sound() }),
      errorPhrase("attachFilesMissing"),
    );
    const take = stage.discord.say(bob(), CHANNEL_ID, "", [sound()]);
    await said(
      stage.discord.messageCommand({ by: ann() }, "Transcribe drums", take),
      errorPhrase("attachFilesMissing"),
    );
    expect(await stage.records.openIds()).toEqual([]);
    const asked = stage.discord.command({ by: ann(), place: "direct" }, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(asked));
  });

  test("a server that adds the bot is welcomed in its language, in its system channel", async () => {
    await startBot();
    const channel = stage.discord.addServer("de");
    await until(() =>
      stage.discord.written(channel).find(({ message }) => phrase("welcome", {}, "de").test(message.content)),
    );
    expect(stage.discord.written(channel)).toHaveLength(1);
    expect(stage.discord.written(channel)[0]!.message.content.split("\n")).toHaveLength(3);
  });
});
