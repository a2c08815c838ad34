import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("buttons", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
    await stage.startProcessor();
  });
  afterAll(() => stage.close());

  const ann = () => ({ by: stage.discord.person("ann") });
  const shown = async (orders = {}) => {
    const asked = stage.discord.command(ann(), "transcribe", { file: sound(orders) });
    const stored = await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    return stored;
  };
  const labels = (stored: Awaited<ReturnType<typeof shown>>) =>
    (stored.message.components as { components: { label?: string; custom_id: string; disabled?: boolean }[] }[])
      .flatMap((row) => row.components)
      .map(({ label, custom_id, disabled }) => `${label ?? custom_id.split(":")[0]}${disabled ? " (off)" : ""}`);

  test("offers every correction below a score", async () => {
    const all = [
      "Half time",
      "Double time",
      "Shift downbeat",
      "Swing",
      "Separate and redo",
      "notation",
      "Play along",
      "Compare by ear",
      "Title",
      "Delete",
    ];
    expect(labels(await shown())).toEqual(all);
  });

  test("half and double time replace the score in the same message", async () => {
    const stored = await shown();
    const before = stage.discord.written(CHANNEL_ID).length;
    const began = Date.now();
    stage.discord.press(ann(), stored, "half");
    await until(() => /= 60 /.test(stored.message.content));
    expect(Date.now() - began).toBeLessThan(4000);
    expect(labels(stored)[0]).toBe("Half time (off)");
    stage.discord.press(ann(), stored, "double");
    await until(() => /= 120 /.test(stored.message.content));
    stage.discord.press(ann(), stored, "double");
    await until(() => /= 240 /.test(stored.message.content));
    expect(stage.discord.written(CHANNEL_ID)).toHaveLength(before);
    expect(stored.message.attachments).toHaveLength(5);
  });

  test("swing, straight, shift and the menu change the notation", async () => {
    const stored = await shown();
    stage.discord.press(ann(), stored, "swing");
    await until(() => /4\/4 · swing/.test(stored.message.content));
    expect(labels(stored)).toContain("Straight");
    stage.discord.press(ann(), stored, "straight");
    await until(() => /4\/4 · 0:16/.test(stored.message.content) && stored.message.attachments.length === 5);
    await stage.settled();
    const shift = stage.discord.press(ann(), stored, "shift");
    await until(async () => (await stage.records.get(`i${shift.id}`))?.state === "done");
    const choose = async (choice: string) => {
      const { id } = stage.discord.press(ann(), stored, "notation", [choice]);
      await until(async () => (await stage.records.get(`i${id}`))?.state === "done");
      return await stage.records.get(`i${id}`);
    };
    const notate = { shiftDownbeat: 1, grid: "8t", swing: "off" };
    expect(await choose("grid=8t")).toMatchObject({ kind: "renotate", notate });
    expect(await choose("detail=simple")).toMatchObject({ notate: { ...notate, detail: "simple" } });
    expect(await choose("meter=3/4")).toMatchObject({ notate: { ...notate, meter: "3/4" } });
    expect((await choose("meter="))?.notate).not.toHaveProperty("meter");
    expect(await choose("repeats=on")).toMatchObject({ notate: { ...notate, repeats: true } });
    expect(await choose("repeats=")).toMatchObject({ notate: { ...notate, repeats: false } });
  });

  test("the menu offers two thirds, three halves, half, double and a typed tempo, each in place of the one before", async () => {
    const stored = await shown();
    for (const [choice, tempo] of [
      ["threeHalves", 180],
      ["twoThirds", 80],
      ["half", 60],
      ["double", 240],
    ] as const) {
      stage.discord.press(ann(), stored, "notation", [`tempoScale=${choice}`]);
      await until(() => new RegExp(`= ${tempo} `).test(stored.message.content));
      await stage.settled();
    }
    const opened = stage.discord.press(ann(), stored, "notation", ["bpm="]);
    await until(() => opened.ackType === 9);
    const [id] = /(?<=notation:)[^"]*/.exec(JSON.stringify(stored.message.components))!;
    const wrong = stage.discord.submit(ann(), stored, `tempo:${id}`, { tempo: "fast" });
    const refusals = () =>
      [...stage.discord.world.messages.values()].filter(({ message }) =>
        errorPhrase("tempoUnreadable").test(message.content),
      );
    await until(() => refusals().length === 1);
    expect(wrong.acks).toBe(1);
    stage.discord.submit(ann(), stored, `tempo:${id}`, { tempo: "90,5" });
    await until(() => /= 91 /.test(stored.message.content));
    await stage.settled();
    stage.discord.press(ann(), stored, "double");
    await until(() => /= 181 /.test(stored.message.content));
    await stage.settled();
  });

  test("the title form renames the score", async () => {
    const stored = await shown();
    const opened = stage.discord.press(ann(), stored, "title");
    await until(() => opened.ackType === 9);
    const [form] = (stored.message.components as { components: { custom_id: string }[] }[])
      .flatMap((row) => row.components)
      .filter(({ custom_id }) => custom_id.startsWith("title"));
    stage.discord.submit(ann(), stored, form!.custom_id, { title: "  My Song " });
    await until(() => stored.message.content.startsWith("**My Song**"));
    await stage.settled();
  });

  test("each correction keeps the earlier ones", async () => {
    const stored = await shown();
    const done = async ({ id }: { id: string }) => {
      await until(async () => (await stage.records.get(`i${id}`))?.state === "done");
      return await stage.records.get(`i${id}`);
    };
    for (const choice of ["detail=full", "repeats=on", "showConfidence=on"]) {
      await done(stage.discord.press(ann(), stored, "notation", [choice]));
    }
    await done(stage.discord.press(ann(), stored, "swing"));
    const [, form] = /"custom_id":"(title:[^"]*)"/.exec(JSON.stringify(stored.message.components))!;
    await done(stage.discord.submit(ann(), stored, form!, { title: "Kept" }));
    await done(stage.discord.press(ann(), stored, "shift"));
    expect(await done(stage.discord.press(ann(), stored, "half"))).toMatchObject({
      notate: {
        title: "Kept",
        detail: "full",
        repeats: true,
        showConfidence: true,
        swing: "on",
        shiftDownbeat: 1,
        tempoScale: "half",
      },
    });
    await until(() => /^\*\*Kept\*\*.*= 60 .*swing/s.test(stored.message.content));
  });

  test("separate and redo listens again in the same message", async () => {
    const stored = await shown();
    const pressed = stage.discord.press(ann(), stored, "separate");
    await until(async () => (await stage.records.get(`i${pressed.id}`))?.state === "done");
    expect(await stage.records.get(`i${pressed.id}`)).toMatchObject({
      kind: "transcribe",
      result: { separated: true },
    });
    expect(labels(stored)).toContain("Separate and redo (off)");
  });

  test("lets anybody turn the pages of a long score", async () => {
    const stored = await shown({ pages: 9 });
    expect(stored.message.content).toContain("Pages 1–7 of 9");
    expect(stored.message.attachments).toHaveLength(10);
    stage.discord.press({ by: stage.discord.person("bob") }, stored, "page", undefined, "Next pages");
    await until(() => /Pages 8–9 of 9/.test(stored.message.content));
    expect(labels(stored)).toEqual(expect.arrayContaining(["Next pages (off)", "Previous pages"]));
  });

  test("other people cannot change a score, but admins can", async () => {
    const stored = await shown();
    const bob = stage.discord.press({ by: stage.discord.person("bob") }, stored, "half");
    const refusal = await until(() => (bob.messageId ? stage.discord.original(bob) : undefined));
    await until(() => errorPhrase("notYours").test(stage.discord.original(bob).message.content));
    expect(refusal).toBeDefined();
    expect(stored.message.content).toMatch(/= 120 /);
    stage.discord.press({ by: stage.discord.person("admin", { admin: true }) }, stored, "half");
    await until(() => /= 60 /.test(stored.message.content));
  });

  test("the owner stops a running job with its button", async () => {
    const asked = stage.discord.command(ann(), "transcribe", { file: sound({ ms: 15_000 }) });
    await until(() => /listening, \d+%/.test(stage.discord.original(asked)?.message.content ?? ""));
    stage.discord.press(ann(), stage.discord.original(asked), "cancel");
    await until(() => stage.discord.original(asked).message.content === "Cancelled.");
    expect(labels(stage.discord.original(asked))).toEqual(["Try again"]);
    await stage.settled();
  });

  test("allows other corrections after one fails", async () => {
    const stored = await shown();
    await stage.stopProcessors();
    await stage.redis.flushall();
    const pressed = stage.discord.press(ann(), stored, "half");
    const notice = await until(() =>
      [...stage.discord.world.messages.values()].find(({ message }) => errorPhrase("jobUnknown").test(message.content)),
    );
    expect(notice.onlyFor).toBe(ann().by.user.id);
    expect(pressed.acks).toBe(1);
    expect(stored.message.attachments).toHaveLength(5);
    await stage.startProcessor();
  });
});
