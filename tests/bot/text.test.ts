import { clip, escapeMarkup, joinWithin, oneLine } from "@groovesheet/bot/messages/text.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shownByDiscord } from "../support/discord/markup.ts";

const graphemes = (text: string) => [...new Intl.Segmenter("en").segment(text)].map(({ segment }) => segment);

describe("texts", () => {
  test.each([
    ["a family", `${"x".repeat(58)}👨‍👩‍👧‍👦 and more`, 60],
    ["a flag", `${"x".repeat(57)}🇯🇵🇩🇪`, 60],
    ["a letter with two accents", `${"x".repeat(59)}a\u0301\u0323bc`, 60],
  ])("cutting does not take %s apart", (_, text, length) => {
    const cut = clip(text, length, "");
    expect(cut.length).toBeLessThanOrEqual(length);
    expect(graphemes(text).slice(0, graphemes(cut).length).join("")).toBe(cut);
  });

  test("any text that is cut is within its length, well formed, and begins like the whole", () => {
    const texts = fc.string({ unit: "grapheme-composite", maxLength: 80 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 5, max: 60 }), (text, length) => {
        const cut = clip(text, length);
        expect(cut.length).toBeLessThanOrEqual(length);
        expect(cut).not.toMatch(/\p{Surrogate}/u);
        if (cut !== text) expect(text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });

  test("a list says how many entries did not fit", () => {
    const channels = Array.from({ length: 100 }, (_, index) => `<#30000000000000${index + 100}>`);
    const joined = joinWithin(channels, " ", 700);
    expect(joined.length).toBeLessThanOrEqual(700);
    expect(joined).toMatch(/^<#\d+>( <#\d+>)+ … \+\d+$/);
  });

  test("what a person wrote appears in Discord as it is written", () => {
    for (const text of ["R*S_T ~~x~~ `y` ||z||", "@everyone <@&1> <#2>", "[a](https://evil.example)", "<:z:1> C:\\x"]) {
      expect(shownByDiscord(escapeMarkup(text))).toBe(text);
    }
    const texts = fc.string({ unit: "binary", maxLength: 60 });
    const isShown = (text: string) => shownByDiscord(escapeMarkup(text)) === oneLine(text);
    fc.assert(fc.property(texts, isShown));
  });
});
