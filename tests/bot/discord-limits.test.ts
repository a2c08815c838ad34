import { guildPreferencesSchema, openPreferences } from "@groovesheet/bot/persistence/preferences.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GUILD_ID, until } from "../support/discord/server.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

describe.skipIf(!hasRedis)("Discord's limits", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
    await stage.startProcessor();
  });
  afterAll(() => stage.close());

  const ann = () => ({ by: stage.discord.person("ann") });
  const admin = () => ({ by: stage.discord.person("admin", { admin: true }) });
  const content = (asked: { messageId?: string }) =>
    asked.messageId ? stage.discord.world.messages.get(asked.messageId)!.message.content : "";
  const callback = async (id: string, token: string, data: object) => {
    const response = await fetch(`${stage.discord.apiUrl}/v10/interactions/${id}/${token}/callback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: 4, data }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  };

  test.each([
    ["59 letters and an emoji", `${"x".repeat(59)}🥁`, "x".repeat(59)],
    ["a family in the place of the cut", `${"y".repeat(56)}👨‍👩‍👧‍👦!`, "y".repeat(56)],
    ["200 emoji of two halves", "🎸".repeat(100), "🎸".repeat(30)],
  ])("a title of %s is cut between characters in the names of files", async (_, title, expected) => {
    const names = stage.discord.fileNames;
    names.length = 0;
    const asked = stage.discord.command(ann(), "transcribe", { file: sound(), title });
    await stage.score(() => stage.discord.original(asked));
    expect(names).toContain(`${expected}.musicxml`);
  });

  test("settings with 100 channels and 100 roles fit a message, and so does the refusal that lists them", async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `3000000000000${10_000 + index}`);
    const settings = guildPreferencesSchema.parse({ channels: ids, roles: ids });
    const preferences = openPreferences(stage.redis, stage.settings().REDIS_PREFIX, 30);
    await preferences.saveGuild(GUILD_ID, settings);
    const shown = stage.discord.command(admin(), "settings show");
    await until(() => /… \+\d+[\s\S]*… \+\d+/.test(content(shown)));
    const refused = stage.discord.command(ann(), "transcribe", { file: sound() });
    await until(() => errorPhrase("channelNotAllowed").test(content(refused)));
    for (const each of [shown, refused]) expect(content(each).length).toBeLessThanOrEqual(2000);
    await preferences.saveGuild(GUILD_ID, guildPreferencesSchema.parse({}));
  });

  test("the local Discord refuses what the real one refuses, callbacks too, with its errors", async () => {
    await stage.stopBots();
    const asked = () => stage.discord.command(ann(), "help");
    const refused = async (data: object) => {
      const { id, token } = asked();
      return await callback(id, token, data);
    };
    const long = { code: "BASE_TYPE_MAX_LENGTH", message: "Must be 2000 or fewer in length." };
    expect(await refused({ content: "x".repeat(2001) })).toEqual({
      status: 400,
      code: 50035,
      message: "Invalid Form Body",
      errors: { data: { content: { _errors: [long] } } },
    });
    const button = (custom_id: string) => ({ type: 2, style: 1, label: "x", custom_id });
    const twice = { content: "x", components: [{ type: 1, components: [button("a"), button("a")] }] };
    expect(await refused(twice)).toMatchObject({
      code: 50035,
      errors: { data: { components: { 0: { components: { 1: { custom_id: {} } } } } } },
    });
    expect(await refused({})).toMatchObject({ status: 400, code: 50006 });
    expect(await refused({ content: "half \ud83e" })).toMatchObject({ status: 400, code: 50109 });
  });
});
