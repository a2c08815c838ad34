import { cleanTag, readTags } from "@groovesheet/processor/decode/probe.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const escaped = (text: string) => text.replace(/[=;#\\\n]/g, "\\$&");

test("values are read from FFmpeg's metadata text as they were written", () => {
  const values = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, values, (title, artist) => {
      const tags = readTags(`;FFMETADATA1\ntitle=${escaped(title)}\nARTIST=${escaped(artist)}\n`);
      expect(tags.get("title") ?? "").toBe(cleanTag(title));
      expect(tags.get("artist") ?? "").toBe(cleanTag(artist));
    }),
  );
});

test("a cleaned tag is one short line of plain text, whatever it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 1000 }), (text) => {
      const tag = cleanTag(text);
      expect(tag).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|^\s|\s$/u);
      expect([...tag].length).toBeLessThanOrEqual(200);
    }),
  );
});
