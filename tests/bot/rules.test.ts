import { ACTIONS, type Action } from "@groovesheet/bot/messages/views/buttons.ts";
import { openPreferences } from "@groovesheet/bot/persistence/preferences.ts";
import { ApplicationCommandType } from "discord.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { CHANNEL_ID, GUILD_ID, OTHER_CHANNEL_ID, until } from "../support/discord/server.ts";
import { APPLICATION_ID, type StoredMessage } from "../support/discord/world.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

const ROLE = "500000000000000001";
/** commands that start no work: they show, or are for admins */
const HARMLESS_COMMANDS = ["queue", "settings", "help", "about"];
/** buttons that start no work */
const HARMLESS_ACTIONS = ["cancel", "page", "forget", "undo", "delete"] as const satisfies readonly Action[];

describe.skipIf(!hasRedis)("the rules of a server hold for every way in", () => {
  const stage = new Stage();
  let score: StoredMessage;
  let job: string;
  let pages: StoredMessage;
  let offer: string;

  const ann = () => ({ by: stage.discord.person("ann") });
  const preferences = () => openPreferences(stage.redis, "groovesheet", 30);
  const rules = (channels: string[], roles: string[]) =>
    preferences().saveGuild(GUILD_ID, { channels, roles, private: false });

  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
    await stage.startProcessor();
    const ask = async (orders = {}) => {
      const asked = stage.discord.command(ann(), "transcribe", { file: sound(orders) });
      const shown = await stage.score(() => stage.discord.original(asked));
      await stage.settled();
      return { asked, shown };
    };
    const { asked, shown } = await ask();
    score = shown;
    job = `i${asked.id}`;
    pages = (await ask({ pages: 9 })).shown;
    const two = stage.discord.say(ann().by, CHANNEL_ID, "", [sound(), sound()]);
    offer = stage.discord.messageCommand(ann(), "Transcribe drums", two).id;
    await until(async () => (await stage.redis.keys("*:offers:*")).length > 0);
  });
  afterAll(() => stage.close());
  beforeEach(() => rules([], []));

  /** Every way in, by a table that the compiler checks: a new button or command has to be added here. */
  const press = (action: Action) => () => stage.discord.press(ann(), score, action);
  const buttons: Readonly<Record<Exclude<Action, (typeof HARMLESS_ACTIONS)[number]>, () => StoredInteraction>> = {
    again: () => stage.discord.pressRaw(ann(), score, `again:${job}`),
    half: press("half"),
    double: press("double"),
    shift: press("shift"),
    swing: press("swing"),
    straight: () => stage.discord.pressRaw(ann(), score, `straight:${job}`),
    separate: press("separate"),
    play: press("play"),
    audition: press("audition"),
    notation: () => stage.discord.press(ann(), score, "notation", ["grid=16"]),
    choose: () => stage.discord.pressRaw(ann(), score, `choose:${offer}`, ["0"]),
    show: () => stage.discord.pressRaw(ann(), score, `show:${job}`),
    tempo: () => stage.discord.submit(ann(), score, `tempo:${job}`, { tempo: "90" }),
    title: () => stage.discord.submit(ann(), score, `title:${job}`, { title: "Mine" }),
  };
  const slash: Readonly<Record<string, () => StoredInteraction>> = {
    transcribe: () => stage.discord.command(ann(), "transcribe", { file: sound() }),
    "Transcribe drums": () =>
      stage.discord.messageCommand(ann(), "Transcribe drums", stage.discord.say(ann().by, CHANNEL_ID, "", [sound()])),
    jobs: () => stage.discord.command(ann(), "jobs again", { job }),
  };

  const refused = async (way: () => StoredInteraction, words: RegExp) => {
    const before = await stage.redis.keys("*:request:*");
    const { id } = way();
    const said = () =>
      [...stage.discord.world.messages.values()].find(
        ({ message, onlyFor }) => onlyFor && BigInt(message.id) > BigInt(id) && words.test(message.content),
      );
    await until(said);
    expect((await stage.redis.keys("*:request:*")).sort()).toEqual(before.sort());
  };

  test("all commands and buttons are in the table", () => {
    const names = commands.map(({ data }) => data.name);
    expect([...Object.keys(slash), ...HARMLESS_COMMANDS].sort()).toEqual([...names].sort());
    expect([...Object.keys(buttons), ...HARMLESS_ACTIONS].sort()).toEqual([...ACTIONS].sort());
    const menus = commands.filter(({ data }) => data.type === ApplicationCommandType.Message);
    expect(menus).toHaveLength(1);
  });

  test.each([...Object.entries(buttons), ...Object.entries(slash)])(
    "%s is refused without an allowed role, in a channel that is not allowed",
    async (_, way) => {
      await rules([], [ROLE]);
      await refused(way, errorPhrase("roleNotAllowed"));
      await rules([OTHER_CHANNEL_ID], []);
      await refused(way, errorPhrase("channelNotAllowed"));
    },
  );

  test("a message that mentions the bot is refused in the same way", async () => {
    const before = await stage.redis.keys("*:request:*");
    const write = () => stage.discord.say(ann().by, CHANNEL_ID, `<@${APPLICATION_ID}>`, [sound()]);
    const refusedWith = (words: RegExp) =>
      until(() => stage.discord.written(CHANNEL_ID).find(({ message }) => words.test(message.content)));
    await rules([], [ROLE]);
    write();
    await refusedWith(errorPhrase("roleNotAllowed"));
    await rules([OTHER_CHANNEL_ID], []);
    write();
    await refusedWith(errorPhrase("channelNotAllowed"));
    expect((await stage.redis.keys("*:request:*")).sort()).toEqual(before.sort());
  });

  test("an admin passes, and everybody where there are no rules", async () => {
    await rules([OTHER_CHANNEL_ID], [ROLE]);
    const admin = { by: stage.discord.person("admin", { admin: true }) };
    const asked = stage.discord.command(admin, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(asked));
    await rules([], []);
    const { id } = buttons.half();
    await until(async () => (await stage.records.get(`i${id}`))?.state === "done");
  });

  test("what starts no work is not refused", async () => {
    await rules([], [ROLE]);
    stage.discord.press(ann(), pages, "page", undefined, "Next pages");
    await until(() => /Pages 8–9 of 9/.test(pages.message.content));
    const list = stage.discord.command(ann(), "jobs list");
    await until(() => list.messageId && /Test Song/.test(stage.discord.original(list).message.content));
  });
});
