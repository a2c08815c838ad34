import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { sayNotice } from "../../bot/language.ts";
import { NOTICE_CODES, readNotice } from "../../jobs/notices.ts";
import { LANGUAGES } from "../../jobs/request.ts";

/** Where notices are written. */
const WRITERS = ["processor/pipeline.ts", "processor/decode/decode.ts"];
/** A whole sentence in quotes, as only people read them. */
const SENTENCE = /(["`])([A-Z][^"`\n]* [^"`\n]*\.)\1/g;

const written = async () => {
  const sources = await Promise.all(WRITERS.map((path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8")));
  const sentences = sources.flatMap((source) => [...source.matchAll(SENTENCE)].map((found) => found[2]!));
  return sentences.map((sentence) => sentence.replace(/\$\{[^}]*\}/g, "1.5"));
};

test("GIVEN each sentence that the pipeline can write THEN it is known, with its facts", async () => {
  const sentences = await written();
  expect(sentences.filter((sentence) => !readNotice(sentence))).toEqual([]);
  expect(sentences.map((sentence) => readNotice(sentence)!.code).sort()).toEqual([...NOTICE_CODES].sort());
  const cut = sentences.find((sentence) => sentence.includes("cut off"))!;
  expect(readNotice(cut)).toEqual({ code: "endMissing", facts: { seconds: "1.5" } });
});

test("GIVEN each notice THEN it is said in every language, and an unknown one as it was written", async () => {
  for (const sentence of await written()) {
    const said = LANGUAGES.map((language) => sayNotice(language, sentence));
    expect(new Set(said).size).toBe(LANGUAGES.length);
    if (sentence.includes("1.5")) expect(said.every((text) => text.includes("1.5"))).toBe(true);
    expect(said.join()).not.toMatch(/[{}?]/);
  }
  expect(sayNotice("de", "A new remark.")).toBe("A new remark.");
});
