import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("several recordings at once", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startProcessor();
  });
  afterEach(async () => {
    await stage.settled();
    await stage.stopBots();
  });
  afterAll(() => stage.close());

  const person = (name: string) => ({ by: stage.discord.person(name) });
  const files = (...names: string[]) =>
    Object.fromEntries(names.map((name, index) => [index ? `file-${index + 1}` : "file", sound({}, `${name}.wav`)]));
  const scoresSince = (id: string) =>
    stage.discord.written(CHANNEL_ID).filter((each) => BigInt(each.message.id) > BigInt(id) && isScore(each));
  const sentBy = async (name: string) =>
    (await stage.records.ofUser(person(name).by.user.id, 0)).map(({ source }) => source?.name).sort();

  test("a slash command takes five files, and each has an answer of its own", async () => {
    await stage.startBot();
    const asked = stage.discord.command(person("ann"), "transcribe", files("a", "b", "c", "d", "e"));
    await until(() => scoresSince(asked.id).length === 5, 25_000);
    await stage.settled();
    expect(scoresSince(asked.id)).toContain(stage.discord.original(asked));
    expect(await sentBy("ann")).toEqual(["a.wav", "b.wav", "c.wav", "d.wav", "e.wav"]);
  });

  test("answers for the caller alone are so for every file", async () => {
    await stage.startBot();
    const asked = stage.discord.command(person("bea"), "transcribe", { ...files("a", "b"), private: true });
    await until(() => scoresSince(asked.id).length === 2, 25_000);
    expect(scoresSince(asked.id).map(({ onlyFor }) => onlyFor)).toEqual(Array(2).fill(person("bea").by.user.id));
  });

  test("what is above a limit is refused, and the others are transcribed", async () => {
    await stage.startBot({ LIMIT_USER_PER_DAY: "3" });
    const asked = stage.discord.command(person("cem"), "transcribe", files("a", "b", "c", "d", "e"));
    await until(() => scoresSince(asked.id).length === 3, 25_000);
    const refusals = stage.discord
      .written(CHANNEL_ID)
      .filter(({ message }) => errorPhrase("tooManyToday", { maximum: 3 }).test(message.content));
    expect(refusals.map(({ onlyFor }) => onlyFor)).toEqual(Array(2).fill(person("cem").by.user.id));
  });

  test("a message with several recordings lets one choose, and nobody else chooses for them", async () => {
    await stage.startBot();
    const message = stage.discord.say(person("dan").by, CHANNEL_ID, "takes", [
      sound({}, "one.wav"),
      sound({}, "two.wav"),
      sound({}, "three.wav"),
    ]);
    const asked = stage.discord.messageCommand(person("dan"), "Transcribe drums", message);
    await until(
      () =>
        asked.messageId && phrase("severalRecordings", { n: 3 }).test(stage.discord.original(asked).message.content),
    );
    const menu = stage.discord.original(asked);
    expect(menu.onlyFor).toBe(person("dan").by.user.id);
    const stranger = stage.discord.press(person("eve"), menu, "choose", ["0"]);
    await until(() => stage.discord.interactions.get(stranger.id)?.acks);
    stage.discord.press(person("dan"), menu, "choose", ["0", "2"]);
    await until(() => scoresSince(asked.id).length === 2, 25_000);
    await until(() => menu.deleted);
    expect(await sentBy("dan")).toEqual(["one.wav", "three.wav"]);
    expect(await sentBy("eve")).toEqual([]);
  });

  test("a part of the recording is asked for with from and to; what is no time is refused", async () => {
    await stage.startBot();
    const asked = stage.discord.command(person("fay"), "transcribe", { file: sound(), from: "0:05", to: "1:30.5" });
    await stage.score(() => stage.discord.original(asked));
    expect((await stage.records.get(`i${asked.id}`))?.listen).toMatchObject({ from: 5, to: 90.5 });
    for (const [options, words] of [
      [{ from: "1:75" }, /1:75/],
      [{ from: "2:00", to: "90" }, /2:00.*1:30/],
    ] as const) {
      const refused = stage.discord.command(person("fay"), "transcribe", { file: sound(), ...options });
      await until(() => refused.messageId && stage.discord.original(refused).message.content);
      expect(stage.discord.original(refused).message.content).toMatch(words);
    }
  });
});
