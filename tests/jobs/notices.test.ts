import { sayNotice } from "@groovesheet/bot/i18n/translate.ts";
import { NOTICE_CODES, readNotice, writeNotice } from "@groovesheet/jobs/notices.ts";
import { LANGUAGES } from "@groovesheet/jobs/request.ts";
import { expect, test } from "vitest";

test.each(NOTICE_CODES)("GIVEN the notice %s as it is written THEN it is known, with its facts", (code) => {
  const facts = code === "endMissing" ? { seconds: "1.5" } : {};
  expect(readNotice(writeNotice(code, facts))).toEqual({ code, facts });
});

test.each(NOTICE_CODES)("GIVEN the notice %s THEN it is said in every language", (code) => {
  const sentence = writeNotice(code, { seconds: 1.5 });
  const said = LANGUAGES.map((language) => sayNotice(language, sentence));
  expect(new Set(said).size).toBe(LANGUAGES.length);
  if (sentence.includes("1.5")) expect(said.every((text) => text.includes("1.5"))).toBe(true);
  expect(said.join()).not.toMatch(/[{}?]/);
});

test("GIVEN a notice that nobody knows THEN it is said as it was written", () => {
  expect(sayNotice("de", "A new remark.")).toBe("A new remark.");
});
