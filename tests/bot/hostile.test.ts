import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutEscapes } from "../support/discord/markup.ts";
import { until } from "../support/discord/server.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

/** Markup, mentions, a masked link, a bare link, a character that reverses the line, an emoji of another server. */
const HOSTILE = "@everyone <@&1> **x** [y](https://evil.example) https://evil.example \u202Egnp.exe <:z:1>\u0007";

describe.skipIf(!hasRedis)("hostile texts", () => {
  const stage = new Stage();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
    await stage.startProcessor();
  });
  afterAll(() => stage.close());

  const ann = () => ({ by: stage.discord.person("ann") });
  const said = () =>
    [...stage.discord.world.messages.values()].flatMap(({ history, message }) => [...history, message.content]);

  test("in titles, names of files and lists mention nobody, and nothing in them can be clicked", async () => {
    const titled = stage.discord.command(ann(), "transcribe", { file: sound(), title: HOSTILE });
    const named = stage.discord.command(ann(), "transcribe", { file: sound({}, `${HOSTILE}.wav`) });
    for (const asked of [titled, named]) await stage.score(() => stage.discord.original(asked));
    const listed = stage.discord.command(ann(), "jobs list");
    await until(() => listed.messageId && /evil\.example/.test(stage.discord.original(listed).message.content));
    const strange = said().map((text) => text.replace(/<https:\/\/discord\.com\/[\w/]+>/g, "")); // the way to one's own scores
    for (const text of strange) {
      expect(withoutEscapes(text)).not.toMatch(/@everyone|<@&|:\/\/|[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]|<:z/u);
    }
  });

  test("a title of spaces counts as none, and a meter of a thousand characters is quoted in short", async () => {
    const blank = stage.discord.command(ann(), "transcribe", { file: sound(), title: "   " });
    const { message } = await stage.score(() => stage.discord.original(blank));
    expect(message.content).toContain("**Test Song**");
    const wrong = stage.discord.command(ann(), "transcribe", { file: sound(), meter: "@everyone ".repeat(300) });
    await until(
      () => wrong.messageId && errorPhrase("meterUnknown").test(stage.discord.original(wrong).message.content),
    );
    expect(stage.discord.original(wrong).message.content.length).toBeLessThan(200);
  });
});
