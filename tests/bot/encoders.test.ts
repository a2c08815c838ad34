import { readFileSync } from "node:fs";
import { CATALOGUES, languageOf } from "@groovesheet/bot/i18n/translate.ts";
import type { UserErrorCode } from "@groovesheet/jobs/errors.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { EXAMPLE, ffmpegWithout, makeMedia, mediaFolder } from "../support/media.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

/** milliseconds until an answer has to be there, also on a busy machine */
const PATIENCE = 60_000;
const LOCALES = ["en-US", "de", "es-ES", "fr", "ja", "pt-BR"];
const LACKING = "encoderMissing" satisfies UserErrorCode;

describe.skipIf(!hasRedis)("an FFmpeg without libx264 and libmp3lame", () => {
  const stage = new Stage();
  const folder = mediaFolder();
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
  });
  afterAll(async () => {
    await stage.close();
    folder.remove();
  });

  const ann = (locale: string) => ({ by: stage.discord.person("ann"), locale });
  const wordsOf = (locale: string) => CATALOGUES[languageOf(locale)].files;

  test("gives scores, and one line for a video or an audition in the language of the person", async () => {
    vi.stubEnv("FFMPEG_PATH", ffmpegWithout(folder.path, ["libx264", "libmp3lame"]));
    const path = makeMedia(folder.path, "part.ogg", ["-i", EXAMPLE, "-t", "8", "-c", "copy"]);
    await stage.startProcessor({}, new URL("../../processor/pipeline.ts", import.meta.url), "without");
    const file = { name: "part.ogg", type: "audio/ogg", data: readFileSync(path) };
    const asked = stage.discord.command(ann("en-US"), "transcribe", { file });
    const score = await stage.score(() => stage.discord.original(asked), PATIENCE);
    await stage.settled(PATIENCE);
    for (const locale of LOCALES) {
      for (const [button, name] of [
        ["play", "video"],
        ["audition", "audition"],
      ] as const) {
        const pressed = stage.discord.press(ann(locale), score, button);
        await until(async () => (await stage.records.get(`i${pressed.id}`))?.state === "failed", PATIENCE);
        const shown = await until(() => {
          const stored = stage.discord.original(pressed);
          return stored && errorPhrase(LACKING, {}, languageOf(locale)).test(stored.message.content)
            ? stored
            : undefined;
        }, PATIENCE);
        expect(shown.message.content).toContain(wordsOf(locale)[name]);
        expect(shown.message.content.split("\n")).toHaveLength(1);
      }
    }
    await stage.stopProcessors();
  });

  test("leaves the files of separated drums out of an answer, and one line says so", async () => {
    await stage.startProcessor();
    for (const locale of LOCALES) {
      const orders = { file: sound({ lacks: "minus-one" }), separation: "on" };
      const asked = stage.discord.command(ann(locale), "transcribe", orders);
      const { message }: StoredMessage = await stage.score(() => stage.discord.original(asked), PATIENCE);
      const lines = message.content.split("\n").filter((line) => line.includes("libmp3lame"));
      expect(lines).toEqual([expect.stringContaining(wordsOf(locale)["minus-one"])]);
      await stage.settled(PATIENCE);
    }
  });
});
