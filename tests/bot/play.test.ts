import { languageOf } from "@groovesheet/bot/i18n/translate.ts";
import type { APIAttachment } from "discord.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { errorPhrase, phrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

/** milliseconds until an answer has to be there, also on a busy machine */
const PATIENCE = 60_000;
const MEBIBYTE = 1024 * 1024;

describe.skipIf(!hasRedis)("play along", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
    await stage.startProcessor();
  });
  afterAll(() => stage.close());
  beforeEach(() => {
    stage.discord.sizeLimit = 10 * MEBIBYTE;
  });

  const ann = () => ({ by: stage.discord.person("ann") });
  const ask = async (options = {}) => {
    const asked = stage.discord.command(ann(), "transcribe", { file: sound(), ...options });
    const score = await stage.score(() => stage.discord.original(asked), PATIENCE);
    await stage.settled();
    return { job: `i${asked.id}`, score };
  };
  const isVideo = ({ filename }: APIAttachment) => filename.endsWith(".play-along.mp4");
  const isAudition = ({ filename }: APIAttachment) => filename.endsWith(".audition.mp3");
  /** Waits for the file that answers an interaction. */
  const fileOf = async (isWanted: typeof isVideo, made: StoredInteraction, look: () => StoredMessage) => {
    await until(async () => (await stage.records.get(`i${made.id}`))?.state === "done", PATIENCE);
    const stored = await until(() => (look()?.message.attachments.some(isWanted) ? look() : undefined), PATIENCE);
    await stage.settled(PATIENCE);
    const attachment = stored.message.attachments.find(isWanted)!;
    const content = await (await fetch(attachment.url)).text();
    const options = JSON.parse(/^\{[^}]*\}/.exec(content)![0]);
    return { stored, attachment, content, options };
  };
  const videoOf = (made: StoredInteraction, look = () => stage.discord.original(made)) => fileOf(isVideo, made, look);
  const auditionOf = (made: StoredInteraction) => fileOf(isAudition, made, () => stage.discord.original(made));

  test("the button below a score makes a video in a message of its own, and the score stays as it is", async () => {
    const { score } = await ask();
    const before = score.message.content;
    const { stored, attachment, options } = await videoOf(stage.discord.press(ann(), score, "play"));
    expect(stored.message.id).not.toBe(score.message.id);
    expect(attachment.content_type).toBe("video/mp4");
    expect(options).toMatchObject({ speed: 100, click: "count-in", sound: "song" });
    expect(stored.message.content).toMatch(/^\*\*Test Song\*\*\nPlay along · Speed: 100% · Clicks: one bar before/);
    expect(score.message.content).toBe(before);
    expect(score.message.attachments).toHaveLength(5);
  });

  test("the menu below the video makes it again in the same message, and keeps what was chosen before", async () => {
    const { score } = await ask();
    const { stored } = await videoOf(stage.discord.press(ann(), score, "play"));
    const choose = (choice: string) => videoOf(stage.discord.press(ann(), stored, "play", [choice]), () => stored);
    expect((await choose("speed=75")).options).toMatchObject({ speed: 75, click: "count-in" });
    const last = await choose("click=on");
    expect(last.options).toMatchObject({ speed: 75, click: "on" });
    expect(last.stored.message.attachments).toHaveLength(1);
    expect(JSON.stringify(last.stored.message.components)).toContain("✓ Speed: 75%");
  });

  test("the video fits into the upload limit of the place, up to what one request takes", async () => {
    const { score } = await ask();
    const small = await videoOf(stage.discord.press(ann(), score, "play"));
    expect(small.attachment.size).toBe(Math.floor(0.9 * 10 * MEBIBYTE));
    stage.discord.sizeLimit = 50 * MEBIBYTE;
    const large = await videoOf(stage.discord.press(ann(), score, "play"));
    expect(large.attachment.size).toBe(Math.floor(0.9 * 25 * MEBIBYTE));
  });

  test("below a private score the video is private as well", async () => {
    const { score } = await ask({ private: true });
    expect(score.onlyFor).toBe(ann().by.user.id);
    const { stored } = await videoOf(stage.discord.press(ann(), score, "play"));
    expect(stored.onlyFor).toBe(ann().by.user.id);
  });

  test("the command makes a video of an earlier recording, for its person alone", async () => {
    const { job } = await ask();
    const made = stage.discord.command(ann(), "jobs play-along", { job, speed: 50, clicks: "off" });
    const { stored, options } = await videoOf(made);
    expect(options).toMatchObject({ speed: 50, click: "off" });
    expect(stored.onlyFor).toBe(ann().by.user.id);
  });

  test("without separation the answer says how to get the song without drums", async () => {
    const { score } = await ask();
    const { stored } = await videoOf(stage.discord.press(ann(), score, "play"));
    stage.discord.press(ann(), stored, "play", ["sound=minus-one"]);
    await until(() =>
      [...stage.discord.world.messages.values()].some(
        ({ message, onlyFor }) => onlyFor && errorPhrase("stemsMissing").test(message.content),
      ),
    );
    expect(stored.message.attachments.filter(isVideo)).toHaveLength(1);
  });

  test("with separation the answer carries both stems, also after a change, and the video plays either", async () => {
    const { score } = await ask({ separation: "on" });
    const stems = () =>
      score.message.attachments.map(({ filename }) => filename).filter((name) => name.endsWith(".mp3"));
    const both = ["Test_Song.minus-one.mp3", "Test_Song.drums.mp3"];
    expect(stems()).toEqual(both);
    const change = stage.discord.press(ann(), score, "half");
    await until(async () => (await stage.records.get(`i${change.id}`))?.state === "done");
    await until(() => /= 60 /.test(score.message.content));
    expect(stems()).toEqual(both);
    const { stored } = await videoOf(stage.discord.press(ann(), score, "play"));
    const chosen = stage.discord.press(ann(), stored, "play", ["sound=minus-one"]);
    const { content, options } = await videoOf(chosen, () => stored);
    expect(options).toMatchObject({ sound: "minus-one" });
    expect(content).toContain("minus-one of RIFF");
  });

  test("the audition is an MP3 in a message of its own that fits into the upload limit, and the score stays", async () => {
    const { score } = await ask();
    const before = score.message.content;
    const { stored, attachment, content } = await auditionOf(stage.discord.press(ann(), score, "audition"));
    expect(stored.message.id).not.toBe(score.message.id);
    expect(attachment).toMatchObject({ content_type: "audio/mpeg", size: Math.floor(0.9 * 10 * MEBIBYTE) });
    expect(content).toContain("RIFF");
    expect(stored.message.content).toBe("**Test Song**\nCompare by ear · song on the left, score on the right");
    expect(stored.message.components).toEqual([]);
    expect(score.message.content).toBe(before);
  });

  test("below a private score, and with a corrected one, the audition is private and plays that correction", async () => {
    const { score } = await ask({ private: true });
    const change = stage.discord.press(ann(), score, "half");
    await until(async () => (await stage.records.get(`i${change.id}`))?.state === "done", PATIENCE);
    const made = stage.discord.press(ann(), score, "audition");
    const { stored } = await auditionOf(made);
    expect(stored.onlyFor).toBe(ann().by.user.id);
    const request = await stage.records.get(`i${made.id}`);
    expect(request).toMatchObject({ kind: "play", notate: { tempoScale: "half" }, play: { output: "audition" } });
  });

  test("nobody but the person and admins makes an audition of a score", async () => {
    const { score } = await ask();
    const bob = { by: stage.discord.person("bob") };
    stage.discord.press(bob, score, "audition");
    await until(() =>
      [...stage.discord.world.messages.values()].some(
        ({ message, onlyFor }) => onlyFor === bob.by.user.id && errorPhrase("notYours").test(message.content),
      ),
    );
  });

  test("video and audition speak the person's language", async () => {
    for (const locale of ["de", "es-ES", "fr", "ja", "pt-BR"]) {
      const by = { by: stage.discord.person("ann"), locale };
      const asked = stage.discord.command(by, "transcribe", { file: sound() });
      const score = await stage.score(() => stage.discord.original(asked), PATIENCE);
      const { stored } = await videoOf(stage.discord.press(by, score, "play"));
      expect(stored.message.content).toMatch(phrase("clickCountIn", {}, languageOf(locale)));
      const audition = await auditionOf(stage.discord.press(by, score, "audition"));
      expect(audition.stored.message.content).toMatch(phrase("auditionSides", {}, languageOf(locale)));
    }
  });
});
