import { CATALOGUES, languageOf, sayError, sayNotice, sayTime } from "@groovesheet/bot/i18n/translate.ts";
import { USER_ERROR_CODES } from "@groovesheet/jobs/errors.ts";
import { isNoticeCode } from "@groovesheet/jobs/notices.ts";
import { LANGUAGES } from "@groovesheet/jobs/request.ts";
import { describe, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";

/** Messages of the command line, and those that only an operator can act on. */
const NOT_FOR_DISCORD = [
  "fileNotFound",
  "fileNotReadable",
  "notAFile",
  "noPerformance",
  "ffmpegMissing",
  "outputNotWritable",
  "diskFull",
  "deviceUnavailable",
];

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe.each(LANGUAGES)("the catalogue of %s", (language) => {
  const catalogue = CATALOGUES[language];

  test("every text has the placeholders of English", () => {
    for (const [key, text] of Object.entries(CATALOGUES.en.texts)) {
      expect([key, placeholders(catalogue.texts[key as keyof typeof catalogue.texts])]).toEqual([
        key,
        placeholders(text),
      ]);
    }
  });

  test("an error that a person in Discord can fix has a message in their language", () => {
    if (language === "en") return;
    const missing = USER_ERROR_CODES.filter(
      (code) => !NOT_FOR_DISCORD.includes(code) && !catalogue.errors[code] && !isNoticeCode(code),
    );
    expect(missing).toEqual([]);
  });

  test("names and descriptions of commands are within Discord's limits", () => {
    for (const { name, description } of Object.values(catalogue.commands)) {
      expect(name).toMatch(/^[-_\p{L}\p{N}]{1,32}$/u);
      expect(name).toBe(name.toLowerCase());
      expect([...description].length).toBeLessThanOrEqual(100);
    }
    for (const label of Object.entries(catalogue.texts).flatMap(([key, text]) =>
      /^button|^detail|^grid|^meter|^repeats|^confidence/.test(key) ? text : [],
    )) {
      expect([...label].length).toBeLessThanOrEqual(80);
    }
    for (const text of [catalogue.texts.help, catalogue.texts.about]) expect(text.length).toBeLessThan(1800);
  });
});

test.each(LANGUAGES)("what FFmpeg cannot encode is named in the words of %s", (language) => {
  const facts = { files: "video, minus-one", encoders: "libx264, libmp3lame", advice: "Install it." };
  const { video, "minus-one": minusOne } = CATALOGUES[language].files;
  for (const sentence of [
    sayError(language, "encoderMissing", facts),
    sayNotice(language, { code: "encoderMissing", facts }),
  ]) {
    expect(sentence).toContain(new Intl.ListFormat(language).format([video, minusOne]));
    expect(sentence).toContain("libx264, libmp3lame");
    expect(sentence).not.toMatch(/[{}?]|Install/);
  }
});

describe("languages", () => {
  test("a locale of Discord is one of ours, or English", () => {
    expect(["pt-BR", "es-419", "ja", "en-GB", "pl", undefined].map(languageOf)).toEqual([
      "pt",
      "es",
      "ja",
      "en",
      "en",
      "en",
    ]);
    expect(sayTime("de", 250)).toBe("4 min");
  });

  test("the options of one command have different names in each language", () => {
    const check = (options: readonly { name: string; name_localizations?: object | null; options?: unknown }[]) => {
      const locales = Object.keys(options[0]?.name_localizations ?? {});
      for (const locale of locales) {
        const names = options.map(({ name_localizations }) => (name_localizations as Record<string, string>)[locale]);
        expect(new Set(names).size).toBe(names.length);
      }
      for (const { options: inner } of options) if (Array.isArray(inner)) check(inner);
    };
    for (const { data } of commands) check("options" in data ? (data.options ?? []) : []);
  });
});
