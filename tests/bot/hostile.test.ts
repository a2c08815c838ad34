import { plain } from "@groovesheet/bot/messages/status-view.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

/** Markup, mentions, a link behind a name, a bare link, signs that turn the line round, an emoji of elsewhere. */
const HOSTILE = "@everyone <@&1> **x** [y](https://evil.example) https://evil.example \u202Egnp.exe <:z:1>\u0007";

test("GIVEN a stranger's text THEN its words are left, and nothing that Discord would show otherwise", () => {
  expect(plain(HOSTILE)).toBe("everyone &1 x y https evil.example https evil.example gnp.exe :z:1");
  expect(plain("Ça ira – 太鼓 & Co. 4/4: Teil 2")).toBe("Ça ira – 太鼓 & Co. 4/4: Teil 2");
});

describe.skipIf(!hasRedis)("hostile words", () => {
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

  test("GIVEN them in titles, names of files and lists THEN nobody is called, and nothing can be clicked", async () => {
    const titled = stage.discord.command(ann(), "transcribe", { file: sound(), title: HOSTILE });
    const named = stage.discord.command(ann(), "transcribe", { file: sound({}, `${HOSTILE}.wav`) });
    for (const asked of [titled, named]) await stage.score(() => stage.discord.original(asked));
    const listed = stage.discord.command(ann(), "jobs list");
    await until(() => listed.messageId && /evil\.example/.test(stage.discord.original(listed).message.content));
    const strange = said().map((text) => text.replace(/<https:\/\/discord\.com\/[\w/]+>/g, "")); // the way to one's own scores
    for (const text of strange) expect(text).not.toMatch(/@everyone|<@&|:\/\/|[^\P{Cc}\n]|\p{Cf}|<:z/u);
  });

  test("GIVEN a title of spaces and a meter of a thousand signs THEN the one is none and the other is said in short", async () => {
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
