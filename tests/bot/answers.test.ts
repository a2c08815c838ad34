import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { isScore, Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("below an answer", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot({ LIMIT_USER_PER_DAY: "10", LIMIT_USER_MINUTES_PER_DAY: "60", LIMIT_USER_AT_ONCE: "4" });
    await stage.startProcessor();
  });
  afterAll(() => stage.close());

  const person = (name: string) => ({ by: stage.discord.person(name) });
  const shown = async (name: string, orders = {}, options = {}) => {
    const asked = stage.discord.command(person(name), "transcribe", { file: sound(orders), ...options });
    const stored = await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    return stored;
  };
  const press = (name: string, stored: StoredMessage, action: string, values?: readonly string[]) =>
    stage.discord.press(person(name), stored, action, values);
  const components = (stored: StoredMessage) =>
    (
      stored.message.components as {
        components: { label?: string; custom_id: string; options?: { label: string }[] }[];
      }[]
    ).flatMap((row) => row.components);
  const labels = (stored: StoredMessage) => components(stored).map(({ label }) => label);
  const refusedFor = (interaction: StoredInteraction) =>
    until(() =>
      [...stage.discord.world.messages.values()].find(
        ({ message, onlyFor }) =>
          onlyFor === interaction.userId &&
          BigInt(message.id) > BigInt(interaction.id) &&
          errorPhrase("notYours").test(message.content),
      ),
    );

  test("its person deletes it, and nobody else; the score stays in their list", async () => {
    const stored = await shown("ann");
    await refusedFor(press("bob", stored, "delete"));
    expect(stored.deleted).toBe(false);
    press("ann", stored, "delete");
    await until(() => stored.deleted);
    const [request] = await stage.records.ofUser(person("ann").by.user.id, 1);
    const files = stage.discord.command(person("ann"), "jobs files", { job: request!.id });
    await stage.score(() => stage.discord.original(files));
  });

  test("a private answer can be deleted as well, and shown to everybody", async () => {
    const stored = await shown("bea", {}, { private: true });
    expect(labels(stored)).toContain("Show to everybody");
    const pressed = press("bea", stored, "show");
    const copy = await until(() => {
      const original = pressed.messageId && stage.discord.original(pressed);
      return original && original !== stored && isScore(original) ? original : undefined;
    });
    expect(copy.onlyFor).toBeUndefined();
    expect(copy.message.channel_id).toBe(CHANNEL_ID);
    expect(labels(copy)).not.toContain("Show to everybody");
    expect(labels(await shown("bea"))).not.toContain("Show to everybody");
    press("bea", copy, "half");
    await until(() => /= 60 /.test(copy.message.content));
    expect(copy.onlyFor).toBeUndefined();
    press("bea", stored, "delete");
    await until(() => stored.deleted);
  });

  test("corrections are undone one after the other, without a job", async () => {
    const stored = await shown("cem");
    expect(labels(stored)).not.toContain("Undo");
    for (const [action, words] of [
      ["half", /= 60 /],
      ["swing", /= 60 .*swing/],
    ] as const) {
      press("cem", stored, action);
      await until(() => words.test(stored.message.content) && isScore(stored));
      await stage.settled();
    }
    const jobs = await stage.queues.renotate.getJobCounts();
    press("cem", stored, "undo");
    await until(() => !/swing/.test(stored.message.content));
    expect(stored.message.content).toMatch(/= 60 /);
    press("cem", stored, "undo");
    await until(() => /= 120 /.test(stored.message.content));
    expect(labels(stored)).not.toContain("Undo");
    expect(await stage.queues.renotate.getJobCounts()).toEqual(jobs);
    expect(stored.message.attachments).toHaveLength(5);
  });

  test("more than two sets of pages are chosen from a menu, by anybody", async () => {
    const stored = await shown("dan", { pages: 20 });
    const menu = () => components(stored).find(({ custom_id }) => custom_id.startsWith("page"));
    const all = [1, 8, 15].map((from) => ({ label: `Pages ${from}–${Math.min(from + 6, 20)} of 20` }));
    expect(menu()?.options).toMatchObject(all);
    expect(labels(stored)).not.toContain("Next pages");
    press("eve", stored, "page", ["14"]);
    await until(() => phrase("pages", { from: 15, to: 20, count: 20 }).test(stored.message.content));
    expect(stored.message.attachments).toHaveLength(9);
    press("eve", stored, "page", ["7"]);
    await until(() => phrase("pages", { from: 8, to: 14, count: 20 }).test(stored.message.content));
  });

  test("the list says what is left of one's allowance", async () => {
    const list = async () => {
      const asked = stage.discord.command(person("fay"), "jobs list");
      await until(() => asked.messageId && stage.discord.original(asked).message.content);
      return stage.discord.original(asked).message.content;
    };
    expect(await list()).toMatch(phrase("allowance", { jobs: 10, minutes: 60, atOnce: 4 }));
    await shown("fay", { duration: 600 });
    expect(await list()).toMatch(phrase("allowance", { jobs: 9, minutes: 50, atOnce: 4 }));
  });
});
