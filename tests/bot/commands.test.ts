import { CATALOGUES } from "@groovesheet/bot/i18n/translate.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_ID, GUILD_ID, OTHER_CHANNEL_ID, until } from "../support/discord/server.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("commands", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot({ OWNER_IDS: stage.discord.person("owner").user.id });
    await stage.startProcessor();
  });
  afterAll(() => stage.close());

  const ann = () => ({ by: stage.discord.person("ann") });
  const admin = () => ({ by: stage.discord.person("admin", { admin: true }) });
  const owner = () => ({ by: stage.discord.person("owner"), place: "direct" as const });
  const said = async (interaction: ReturnType<typeof stage.discord.command>) =>
    await until(() => {
      const { message } = interaction.messageId ? stage.discord.original(interaction) : { message: undefined };
      return message && !((message.flags ?? 0) & 128) ? message.content : undefined;
    });

  test("registers every command in all languages, for servers and people", () => {
    const commands = stage.discord.world.commands;
    const names = ["transcribe", "Transcribe drums", "jobs", "queue", "settings", "help", "about"];
    expect(commands.map(({ name }) => name)).toEqual(names);
    for (const command of commands) {
      expect(Object.keys(command.name_localizations ?? {})).toEqual(["de", "fr", "es-ES", "es-419", "pt-BR", "ja"]);
      expect(command.integration_types?.length).toBeGreaterThan(0);
      expect(command.contexts?.length).toBeGreaterThan(0);
    }
    expect(commands.find(({ name }) => name === "queue")?.default_member_permissions).toBe("32");
  });

  test("/transcribe acknowledges a file at once and answers with a picture and files", async () => {
    const asked = stage.discord.command(ann(), "transcribe", { file: sound() });
    await until(() => asked.ackMs);
    expect(asked.ackMs).toBeLessThan(1000);
    const { message } = await stage.score(() => stage.discord.original(asked));
    expect(message.attachments.map(({ filename }) => filename)).toEqual([
      "Test_Song-1.png",
      "Test_Song-2.png",
      "Test_Song.musicxml",
      "Test_Song.mid",
      "Test_Song.pdf",
    ]);
    expect(message.content).toMatch(/\*\*Test Song\*\*\n♩ = 120 · 4\/4 · 0:16 · 32 hits · 90% sure/);
    expect(message.content).toContain("Hi-hat 16");
    await stage.settled();
    expect(stage.discord.written(CHANNEL_ID)).toHaveLength(1);
  });

  test("applies options to the score and answers in the person's language", async () => {
    const options = {
      file: sound(),
      title: "Mein Lied",
      meter: "3/4",
      separation: "on",
      detail: "simple",
      "finest-notes": "16",
      tempo: 90,
    };
    const asked = stage.discord.command({ ...ann(), locale: "de" }, "transcribe", options);
    const { message } = await stage.score(() => stage.discord.original(asked));
    expect(message.content).toMatch(/\*\*Mein Lied\*\*\n♩ = 120 · 3\/4 · 0:16 · 32 Schläge · 90 % sicher/);
    const request = await stage.records.get(`i${asked.id}`);
    expect(request).toMatchObject({ listen: { separation: "on", bpm: 90 }, notate: { detail: "simple", grid: "16" } });
  });

  test("answers the same song from the store, without a job", async () => {
    const file = sound({}, "Again.wav", "the same");
    const first = stage.discord.command(ann(), "transcribe", { file });
    await stage.score(() => stage.discord.original(first));
    await stage.settled();
    const second = stage.discord.command({ by: stage.discord.person("bea") }, "transcribe", { file });
    await stage.score(() => stage.discord.original(second));
    expect(await stage.queues.transcribe.getJob(`i${second.id}`)).toBeUndefined();
  });

  test("shows a private answer only to the caller", async () => {
    const asked = stage.discord.command(ann(), "transcribe", { file: sound(), private: true });
    const stored = await stage.score(() => stage.discord.original(asked));
    expect(stored.onlyFor).toBe(ann().by.user.id);
  });

  test("says what to do when there is nothing to transcribe or the meter is wrong", async () => {
    expect(await said(stage.discord.command(ann(), "transcribe", {}))).toMatch(errorPhrase("missingSource"));
    const asked = stage.discord.command(ann(), "transcribe", { file: sound(), meter: "4/5" });
    expect(await said(asked)).toMatch(errorPhrase("meterUnknown", { meter: "4/5" }));
    const image = {
      name: "a.png",
      type: "image/png",
      data: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "base64"),
    };
    const picture = stage.discord.command(ann(), "transcribe", { file: image });
    expect(
      await until(async () => (errorPhrase("notAudio").test(await said(picture)) ? said(picture) : undefined)),
    ).toMatch(/FFmpeg/);
  });

  test("completes meters and the person's own jobs", async () => {
    const meters = stage.discord.complete(ann(), "transcribe", "meter", "6");
    expect(await until(() => meters.choices)).toEqual([{ name: "6/8", value: "6/8" }]);
    const jobs = stage.discord.complete(ann(), "jobs files", "job", "again");
    const [choice] = await until(() => jobs.choices);
    expect(choice?.name).toBe("Again · done");
    const others = stage.discord.complete({ by: stage.discord.person("cem") }, "jobs files", "job", "");
    expect(await until(() => others.choices)).toEqual([]);
  });

  test("the menu entry handles messages with a file, a link, or neither", async () => {
    const bob = stage.discord.person("bob");
    const withFile = stage.discord.say(bob, CHANNEL_ID, "listen", [sound({}, "Bobs.wav")]);
    const first = stage.discord.messageCommand(ann(), "Transcribe drums", withFile);
    await stage.score(() => stage.discord.original(first));
    const link = `see https://discord.com/channels/${GUILD_ID}/${CHANNEL_ID}/${withFile.message.id}!`;
    stage.discord.world.readsContent = true;
    const withLink = stage.discord.say(bob, CHANNEL_ID, link);
    const second = stage.discord.messageCommand(ann(), "Transcribe drums", withLink);
    await stage.score(() => stage.discord.original(second));
    stage.discord.world.readsContent = false;
    const empty = stage.discord.messageCommand(ann(), "Transcribe drums", stage.discord.say(bob, CHANNEL_ID, "hello"));
    expect(await said(empty)).toMatch(errorPhrase("noRecordingInMessage"));
  });

  test("turns each file in a direct message into a score and answers everything else kindly", async () => {
    const dora = stage.discord.person("dora");
    stage.discord.direct(dora, "two", [sound({}, "One.wav"), sound({}, "Two.wav")]);
    await until(
      () =>
        stage.discord.written(dora).filter(({ message }) => /\*\*(One|Two)\*\*\n/.test(message.content)).length === 2,
    );
    stage.discord.direct(dora, "hello?");
    await until(() =>
      stage.discord
        .written(dora)
        .some(({ message }) => message.content.split("\n").length === 2 && phrase("greeting").test(message.content)),
    );
    await stage.settled();
    expect(stage.discord.written(dora)).toHaveLength(3);
  });

  test("/jobs lists jobs, sends files again, repeats and cancels", async () => {
    const eve = { by: stage.discord.person("eve") };
    expect(await said(stage.discord.command(eve, "jobs list"))).toMatch(phrase("noJobs"));
    const asked = stage.discord.command(eve, "transcribe", { file: sound({}, "Eves.wav") });
    await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    const job = `i${asked.id}`;
    expect(await said(stage.discord.command(eve, "jobs list"))).toMatch(
      /Eves\]\(<https:\S+>\)\*\* · done[\s\S]*90% sure/,
    );
    const files = stage.discord.command(eve, "jobs files", { job });
    expect((await stage.score(() => stage.discord.original(files))).onlyFor).toBe(eve.by.user.id);
    const again = stage.discord.command(eve, "jobs again", { job });
    await stage.score(() => stage.discord.original(again));
    expect(await said(stage.discord.command(eve, "jobs cancel", { job }))).toMatch(phrase("nothingToCancel"));
    expect(await said(stage.discord.command(ann(), "jobs files", { job }))).toMatch(errorPhrase("jobUnknown"));
  });

  test("forget-me leaves nothing of the person", async () => {
    const fay = { by: stage.discord.person("fay") };
    const asked = stage.discord.command(fay, "transcribe", { file: sound({}, "Fays.wav") });
    await stage.score(() => stage.discord.original(asked));
    await stage.settled();
    stage.discord.press(fay, stage.discord.original(asked), "half");
    await until(() => /= 60 /.test(stage.discord.original(asked).message.content));
    await stage.settled();
    const forget = stage.discord.command(fay, "jobs forget-me");
    expect(await said(forget)).toMatch(phrase("forgetSure"));
    stage.discord.press(fay, stage.discord.original(forget), "forget");
    await until(() => phrase("forgotten").test(stage.discord.original(forget).message.content));
    expect(await said(stage.discord.command(fay, "jobs list"))).toMatch(phrase("noJobs"));
    // Neither in a key nor in a value of Redis, nor in the store.
    const hash = (await stage.redis.keys("*")).filter((key) => key.includes(`i${asked.id}`));
    expect(hash).toEqual([]);
    const kept = await Promise.all((await stage.redis.keys("*")).map((key) => stage.redis.dump(key)));
    expect(kept.filter((dump) => dump?.includes("Fays.wav"))).toEqual([]);
  });

  test("/queue shows and allows what each role may do", async () => {
    expect(await said(stage.discord.command(ann(), "queue show"))).toMatch(errorPhrase("notAdmin"));
    expect(await said(stage.discord.command(admin(), "queue pause"))).toMatch(errorPhrase("notOwner"));
    expect(await said(stage.discord.command(owner(), "queue pause"))).toMatch(phrase("queuePausedNow"));
    const held = stage.discord.command(ann(), "transcribe", { file: sound({}, "Held.wav") });
    await until(() => phrase("paused").test(stage.discord.original(held)?.message.content ?? ""));
    expect(await said(stage.discord.command(admin(), "queue show"))).toMatch(
      /1 waiting[\s\S]*Processors\*\*\n• .* cpu/,
    );
    const held2 = stage.discord.command(ann(), "transcribe", { file: sound({}, "Held too.wav") });
    await until(async () => stage.queues.transcribe.getJob(`i${held2.id}`));
    expect(await said(stage.discord.command(admin(), "queue cancel", { job: `i${held2.id}` }))).toMatch(
      phrase("cancelling"),
    );
    await until(() => stage.discord.original(held2).message.content === "Cancelled.");
    expect(await said(stage.discord.command(owner(), "queue resume"))).toMatch(phrase("queueResumed"));
    await stage.score(() => stage.discord.original(held));
    const failing = stage.discord.command(ann(), "transcribe", { file: sound({ act: "bug" }, "Bug.wav") });
    await until(() => phrase("faultInternal").test(stage.discord.original(failing)?.message.content ?? ""));
    expect(await said(stage.discord.command(admin(), "queue show"))).toMatch(
      /Failed\*\*\n• Bug.wav · <@\d+> · internal/,
    );
    await stage.settled();
    const proposed = stage.discord.complete(admin(), "queue retry", "job", "bug");
    expect((await until(() => proposed.choices))[0]?.value).toBe(`i${failing.id}`);
    expect(await said(stage.discord.command(admin(), "queue retry", { job: `i${failing.id}` }))).toMatch(
      phrase("queueRetried"),
    );
    await stage.settled();
    expect(await said(stage.discord.command(admin(), "queue clear-failed"))).toMatch(phrase("queueCleared", { n: 1 }));
    expect(await said(stage.discord.command(owner(), "queue limits", { "per-day": 70 }))).toMatch(/70 a day/);
  });

  test("the settings of a server apply to everybody but its admins", async () => {
    const set = (name: string, options = {}) => said(stage.discord.command(admin(), `settings ${name}`, options));
    expect(await said(stage.discord.command(ann(), "settings show"))).toMatch(errorPhrase("notAdmin"));
    expect(await set("channel", { channel: OTHER_CHANNEL_ID })).toContain(`Channels: <#${OTHER_CHANNEL_ID}>`);
    expect(await said(stage.discord.command(ann(), "transcribe", { file: sound() }))).toMatch(
      errorPhrase("channelNotAllowed", { channels: `<#${OTHER_CHANNEL_ID}>` }),
    );
    await set("channel", { channel: OTHER_CHANNEL_ID });
    await set("role", { role: "500000000000000001" });
    expect(await said(stage.discord.command(ann(), "transcribe", { file: sound() }))).toMatch(
      errorPhrase("roleNotAllowed"),
    );
    const drummer = { by: stage.discord.person("drummer", { roles: ["500000000000000001"] }) };
    await set("defaults", { separation: "off", detail: "full", "finest-notes": "32", private: true });
    const asked = stage.discord.command(drummer, "transcribe", { file: sound() });
    const stored = await stage.score(() => stage.discord.original(asked));
    expect(stored.onlyFor).toBe(drummer.by.user.id);
    expect(await stage.records.get(`i${asked.id}`)).toMatchObject({
      listen: { separation: "off" },
      notate: { detail: "full", grid: "32" },
    });
    expect(await set("limits", { "at-once": 1 })).toMatch(/1 jobs at once/);
    expect(await set("reset")).toMatch(/Channels: all\nRoles: all/);
  });

  test("/help and /about answer in every language", async () => {
    for (const [locale, language] of [
      ["en-US", "en"],
      ["de", "de"],
      ["fr", "fr"],
      ["es-ES", "es"],
      ["pt-BR", "pt"],
      ["ja", "ja"],
    ] as const) {
      const help = await said(stage.discord.command({ ...ann(), locale }, "help"));
      expect(help.startsWith(CATALOGUES[language].texts.help)).toBe(true);
      const about = await said(stage.discord.command({ ...ann(), locale }, "about"));
      expect(about).toMatch(/fixture 1[\s\S]*30/);
    }
  });
});
