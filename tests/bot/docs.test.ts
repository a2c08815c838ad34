import { readFile } from "node:fs/promises";
import { botSettingsSchema, processorSettingsSchema } from "@groovesheet/jobs/settings.ts";
import { expect, test } from "vitest";

test("docs/bot.md lists every setting with its default", async () => {
  const page = await readFile(new URL("../../docs/bot.md", import.meta.url), "utf8");
  const shapes = { ...botSettingsSchema.shape, ...processorSettingsSchema.shape };
  const defaults = { ...botSettingsSchema.parse({ DISCORD_TOKEN: "a.b.c" }), ...processorSettingsSchema.parse({}) };
  for (const name of Object.keys(shapes)) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect([name, row !== undefined]).toEqual([name, true]);
    const value = defaults[name as keyof typeof defaults];
    if (typeof value === "number")
      expect([name, row]).toEqual([name, expect.stringMatching(new RegExp(`\\| ${value} \\|$`))]);
  }
});
