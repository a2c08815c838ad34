import { engrave, engravePages } from "@groovesheet/processor/engrave/engrave.ts";
import { drawable } from "@groovesheet/processor/engrave/fonts.ts";
import { toMidi } from "@groovesheet/processor/engrave/midi/midi.ts";
import { toMusicXml } from "@groovesheet/processor/engrave/musicxml/musicxml.ts";
import { toSvg } from "@groovesheet/processor/engrave/pages/pages.ts";
import { printable } from "@groovesheet/processor/engrave/text.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { parseMidi } from "midi-file";
import { describe, expect, test } from "vitest";
import { perform, withOptions } from "../notate/performances.ts";

const { DOMParser } = new JSDOM().window;
const score = notate(perform({ bars: ["[kh]h [sh]h [kh][kh] [sh]o"] }), withOptions());
const titled = (title: string, artist: string) => ({ ...score, title, artist });

/** Any Unicode, halves of characters and control characters too, and what looks like XML. */
const XML_LIKE = ["&#0;", "&#1;", "&#x10FFFF;", "&lt;b&gt;", "<b>", "&amp;", "]]>", "<!--", "&nbsp;", "&#xD800;"];
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(...XML_LIKE),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join("").replace(/[\r\n\t]/g, " "));

function readXml(xml: string): { title: string | null; artist: string | null; credits: (string | null)[] } {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  const text = (name: string) => document.querySelector(name)?.textContent ?? null;
  return {
    title: text("work-title"),
    artist: text("creator"),
    credits: [...document.querySelectorAll("credit-words")].map(({ textContent }) => textContent),
  };
}

describe("what a person wrote", () => {
  test.each(XML_LIKE)("%s is read back from MusicXML as it was written", (text) => {
    expect(readXml(toMusicXml(titled(text, text)))).toMatchObject({ title: text, artist: text, credits: [text, text] });
  });

  test("any Unicode is read back from MusicXML without what XML cannot hold", () => {
    fc.assert(
      fc.property(texts, texts, (title, artist) => {
        const found = readXml(toMusicXml(titled(title, artist)));
        return found.title === printable(title) && found.artist === printable(artist);
      }),
      { numRuns: 60 },
    );
  });

  test("any Unicode is read back from MIDI as far as MIDI's Latin text holds it", () => {
    const nameIn = (bytes: Uint8Array) => {
      const event = parseMidi(bytes)
        .tracks.flat()
        .find(({ type }) => type === "trackName");
      return (event as { text?: string } | undefined)?.text;
    };
    expect(nameIn(toMidi(titled("Café 太鼓 №1", ""), { timing: "performed" }))).toBe("Café 1");
    fc.assert(
      fc.property(texts, (title) => {
        const name = nameIn(toMidi(titled(title, ""), { timing: "performed" }));
        return name !== undefined && /^[\u0020-\u007e\u00a0-\u00ff]*$/.test(name);
      }),
      { numRuns: 30 },
    );
  });

  test("any Unicode that the fonts have is read back from the page of which PNG and PDF are made", async () => {
    const blank = /\s/gu;
    await fc.assert(
      fc.asyncProperty(texts, texts, async (title, artist) => {
        const [first] = await engravePages(titled(title, artist));
        const page = new DOMParser().parseFromString(toSvg(first!, true), "image/svg+xml");
        const drawn = [...page.querySelectorAll("text")].map(({ textContent }) => textContent).join("");
        for (const text of [title, artist]) {
          expect(drawn.replace(blank, "")).toContain(drawable(printable(text)).replace(blank, ""));
        }
      }),
      { numRuns: 25, seed: 20 },
    );
  }, 60_000);

  test("pages and their PDF are made of any title, and the PDF names it", async () => {
    for (const title of [...XML_LIKE, "Ça ira – 太鼓 🥁", "a\u0000b\ud83eb", "\u202eabc"].slice(0, 13)) {
      const files = await engrave(titled(title, title), ["pdf", "png"]);
      const pdf = Buffer.from(files.find(({ suffix }) => suffix === ".pdf")!.bytes).toString("latin1");
      expect([title, titleIn(pdf)]).toEqual([title, printable(title)]);
      expect(files.some(({ suffix }) => suffix.endsWith(".png"))).toBe(true);
    }
  }, 120_000);
});

/** The title among a PDF's facts: Latin-1, or UTF-16 with its mark. */
function titleIn(pdf: string): string {
  const object = /\/Title (\d+) 0 R/.exec(pdf)![1]!;
  const raw = new RegExp(`\\n${object} 0 obj\\n\\(((?:\\\\.|[^\\\\)])*)\\)`, "s").exec(pdf)![1]!;
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  const bytes = raw.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
  if (!bytes.startsWith("\u00fe\u00ff")) return bytes;
  return Buffer.from(bytes.slice(2), "latin1").swap16().toString("utf16le");
}
