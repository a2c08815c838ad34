import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("fairness", () => {
  const stage = new Stage();
  beforeAll(() => stage.open());
  afterEach(async () => {
    await stage.stopBots();
    await stage.stopProcessors();
    await stage.redis.flushall();
  });
  afterAll(() => stage.close());

  const ask = (name: string, orders = {}, place?: "direct") =>
    stage.discord.command({ by: stage.discord.person(name), ...(place ? { place } : {}) }, "transcribe", {
      file: sound(orders, `${name}.wav`),
    });
  const content = (asked: ReturnType<typeof ask>) =>
    asked.messageId ? stage.discord.original(asked).message.content : "";

  test("refuses only the requests beyond a person's limit and accepts new ones later", async () => {
    await stage.startBot({ LIMIT_USER_AT_ONCE: "2" });
    const asked = [ask("ann"), ask("ann"), ask("ann"), ask("ann")];
    await until(
      () => asked.filter((each) => errorPhrase("tooManyAtOnce", { maximum: 2 }).test(content(each))).length === 2,
    );
    await stage.startProcessor();
    await stage.settled();
    const later = ask("ann");
    await stage.score(() => stage.discord.original(later));
  });

  test("reports the limits per day, of minutes, per server and of the queue", async () => {
    await stage.startBot({ LIMIT_USER_PER_DAY: "1" });
    await stage.startProcessor();
    await stage.score(
      (
        (first) => () =>
          stage.discord.original(first)
      )(ask("bea")),
    );
    const second = ask("bea");
    await until(() => /1 jobs a day/.test(content(second)));
    await stage.stopBots();
    await stage.startBot({ LIMIT_USER_MINUTES_PER_DAY: "10" });
    const long = ask("cem", { duration: 700 });
    await stage.score(() => stage.discord.original(long));
    await stage.settled();
    const more = ask("cem");
    await until(() => /10 minutes of music/.test(content(more)));
    await stage.stopBots();
    await stage.stopProcessors();
    await stage.startBot({ LIMIT_SERVER_AT_ONCE: "1", LIMIT_QUEUE: "2" });
    const held = ask("dee");
    await until(async () => stage.queues.transcribe.getJob(`i${held.id}`));
    const crowded = ask("eve");
    await until(() => errorPhrase("serverTooManyAtOnce", { maximum: 1 }).test(content(crowded)));
    const alone = ask("eve", {}, "direct");
    await until(async () => stage.queues.transcribe.getJob(`i${alone.id}`));
    const full = ask("fay", {}, "direct");
    await until(() => errorPhrase("queueFull").test(content(full)));
  });

  test("reports the limits of minutes per server and in total; a server may be stricter", async () => {
    const admin = { by: stage.discord.person("admin", { admin: true }) };
    const owner = stage.discord.person("owner");
    const said = (asked: ReturnType<typeof ask>, words: RegExp) => until(() => words.test(content(asked)));
    await stage.startBot({ LIMIT_SERVER_MINUTES_PER_DAY: "10", OWNER_IDS: owner.user.id });
    await stage.startProcessor();
    await said(
      stage.discord.command(admin, "settings limits", { minutes: 3, "server-minutes": 20 }),
      phrase("settingsLimits", { minutes: 3, serverMinutes: 10 }),
    );
    const first = ask("ida", { duration: 200 });
    await stage.score(() => stage.discord.original(first));
    await said(ask("ida"), errorPhrase("tooManyMinutes", { maximum: 3 }));
    const second = ask("jon", { duration: 450 });
    await stage.score(() => stage.discord.original(second));
    await said(ask("kay"), errorPhrase("serverTooManyMinutes", { maximum: 10 }));
    const elsewhere = ask("kay", { duration: 700 }, "direct");
    await stage.score(() => stage.discord.original(elsewhere));
    const limits = { "server-minutes": 500, "all-minutes": 15 };
    const changed = stage.discord.command({ by: owner, place: "direct" }, "queue limits", limits);
    await said(changed, phrase("limitsNow", { serverMinutes: 500, allMinutes: 15 }));
    await said(ask("lou", {}, "direct"), errorPhrase("everybodyTooManyMinutes", { maximum: 15 }));
  });

  test("of a message with ten files exactly as many pass as the day's limit allows, and so from two messages at once", async () => {
    await stage.startBot({ LIMIT_USER_PER_DAY: "6", LIMIT_USER_AT_ONCE: "20" });
    const files = () => Array.from({ length: 10 }, (_, index) => sound({}, `${index}.wav`));
    const refusals = (name: string) =>
      stage.discord
        .written(stage.discord.person(name))
        .filter(({ message }) => errorPhrase("tooManyToday", { maximum: 6 }).test(message.content));
    stage.discord.direct(stage.discord.person("una"), "", files());
    await until(() => refusals("una").length === 4);
    stage.discord.direct(stage.discord.person("vic"), "", files().slice(0, 4));
    stage.discord.direct(stage.discord.person("vic"), "", files().slice(0, 4));
    await until(() => refusals("vic").length === 2);
    const asked = Array.from({ length: 9 }, () => ask("wim"));
    await until(
      () => asked.filter((each) => errorPhrase("tooManyToday", { maximum: 6 }).test(content(each))).length === 3,
    );
    await until(async () => (await stage.records.openIds()).length === 18);
  });

  test("running songs count with a typical length until their own is known", async () => {
    await stage.startBot({ LIMIT_USER_MINUTES_PER_DAY: "8" });
    const asked = [ask("mia"), ask("mia"), ask("mia"), ask("mia")];
    await until(
      () => asked.filter((each) => errorPhrase("tooManyMinutes", { maximum: 8 }).test(content(each))).length === 2,
    );
    await stage.startProcessor();
    await stage.settled();
    const later = ask("mia");
    await stage.score(() => stage.discord.original(later));
  });

  test("the single song of another person comes second after ten songs of one person", async () => {
    await stage.startBot({ LIMIT_USER_AT_ONCE: "10" });
    const many = Array.from({ length: 10 }, () => ask("gus", { ms: 20 }));
    for (const each of many) await until(async () => stage.queues.transcribe.getJob(`i${each.id}`));
    const one = ask("hal", { ms: 20 });
    await until(async () => stage.queues.transcribe.getJob(`i${one.id}`));
    await stage.startProcessor();
    await stage.settled();
    const jobs = await Promise.all([...many, one].map((each) => stage.queues.transcribe.getJob(`i${each.id}`)));
    const order = jobs.sort((a, b) => a!.finishedOn! - b!.finishedOn!).map((job) => job!.data.source.name);
    expect(order.indexOf("hal.wav")).toBe(1);
  });
});
