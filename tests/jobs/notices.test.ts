import { sayNotice } from "@groovesheet/bot/i18n/translate.ts";
import { describeNotice, NOTICE_CODES, notice, noticeSchema } from "@groovesheet/jobs/notices.ts";
import { LANGUAGES } from "@groovesheet/jobs/request.ts";
import { describe, expect, test } from "vitest";

/** All facts that notices mention. */
const FACTS = {
  ...{ seconds: 1.5, time: "3:20", megabytes: 9.5, bars: "5–12, 40–44" },
  ...{ files: "video", encoders: "libx264", advice: "Install it." },
};

describe.each(NOTICE_CODES)("the notice %s", (code) => {
  test("is kept as a code and facts", () => {
    const kept = JSON.parse(JSON.stringify(notice(code, FACTS)));
    expect(noticeSchema.parse(kept)).toEqual({ code, facts: FACTS });
  });

  test("is said in every language, with its facts", () => {
    const said = LANGUAGES.map((language) => sayNotice(language, notice(code, FACTS)));
    expect(new Set(said).size).toBe(LANGUAGES.length);
    // in Discord a file has another name than on the command line, and nobody can install an encoder
    if (code !== "encoderMissing") expect(said[0]).toBe(describeNotice(notice(code, FACTS)));
    if (said[0]!.includes("1.5")) expect(said.every((text) => text.includes("1.5"))).toBe(true);
    expect(said.join()).not.toMatch(/[{}?]/);
  });
});

test("a notice that an earlier version kept as a sentence is shown as it is", () => {
  expect(sayNotice("de", noticeSchema.parse("An earlier remark."))).toBe("An earlier remark.");
});

test("a notice of a later version is shown by its code", () => {
  expect(sayNotice("de", noticeSchema.parse({ code: "echoRemoved" }))).toBe("echoRemoved");
});
