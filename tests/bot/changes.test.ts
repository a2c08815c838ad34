import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("changes to scores are limited", () => {
  const stage = new Stage();
  beforeEach(async () => {
    await stage.open();
    await stage.startBot();
    await stage.startProcessor();
  });
  afterEach(() => stage.close());

  const person = (name: string) => ({ by: stage.discord.person(name) });
  const score = async (name: string) => {
    const asked = stage.discord.command(person(name), "transcribe", { file: sound() });
    const stored = await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    return stored;
  };
  const press = (name: string, stored: StoredMessage, action: string) =>
    stage.discord.press(person(name), stored, action);
  const recordOf = ({ id }: { id: string }) => stage.records.get(`i${id}`);
  const queued = (pressed: { id: string }) => until(async () => (await recordOf(pressed))?.state === "queued");

  test("sixty presses below one score leave one change, the last", async () => {
    const stored = await score("ann");
    await stage.stopProcessors();
    const pressed = Array.from({ length: 60 }, (_, index) => press("ann", stored, index % 2 ? "half" : "double"));
    for (const each of pressed) await until(async () => recordOf(each));
    const last = pressed.at(-1)!;
    await queued(last);
    await until(async () => (await stage.records.openIds()).length === 1);
    await until(() => stage.queues.renotate.getJob(`i${last.id}`)); // a job follows its record
    expect(await stage.queues.renotate.getJobCountByTypes("wait", "prioritized", "active", "delayed")).toBe(1);
    await stage.startProcessor();
    await until(() => /= 60 /.test(stored.message.content));
    await stage.settled();
    expect(isScore(stored)).toBe(true);
    const states = await Promise.all(pressed.map(async (each) => (await recordOf(each))?.state));
    expect(states).toEqual([...Array(59).fill("cancelled"), "done"]);
  });

  test("changes to more scores than a person may change at once are refused", async () => {
    const scores: StoredMessage[] = [];
    for (let index = 0; index < 6; index++) scores.push(await score("ann"));
    await stage.stopProcessors();
    for (const stored of scores.slice(0, 5)) await queued(press("ann", stored, "half"));
    const refused = press("ann", scores[5]!, "half");
    const said = () =>
      [...stage.discord.world.messages.values()].find(({ message }) =>
        errorPhrase("tooManyChanges", { maximum: 5 }).test(message.content),
      );
    expect((await until(said)).onlyFor).toBe(person("ann").by.user.id);
    expect(await recordOf(refused)).toBeUndefined();
    const [first] = await stage.records.openChanges(person("ann").by.user.id);
    // in place of the older one
    await queued(stage.discord.pressRaw(person("ann"), scores[0]!, `double:${first!.parentId}`));
    await stage.startProcessor();
    await until(() => /= 240 /.test(scores[0]!.message.content));
    await stage.settled();
    await until(() => scores.slice(1, 5).every(({ message }) => /= 60 /.test(message.content)));
    press("ann", scores[5]!, "half");
    await until(() => /= 60 /.test(scores[5]!.message.content));
  });

  test("another person's single change comes second", async () => {
    const scores: StoredMessage[] = [];
    for (let index = 0; index < 4; index++) scores.push(await score("ann"));
    const other = await score("bea");
    await stage.stopProcessors();
    const pressed: { id: string }[] = [];
    for (const stored of scores) {
      pressed.push(press("ann", stored, "half"));
      await queued(pressed.at(-1)!);
    }
    pressed.push(press("bea", other, "half"));
    await queued(pressed.at(-1)!);
    await stage.startProcessor();
    await stage.settled();
    const jobs = await Promise.all(pressed.map(({ id }) => stage.queues.renotate.getJob(`i${id}`)));
    const order = jobs.sort((a, b) => a!.finishedOn! - b!.finishedOn!).map((job) => job!.id);
    expect(order.indexOf(`i${pressed.at(-1)!.id}`)).toBe(1);
  });
});
