import { FORMATS } from "@groovesheet/jobs/options.ts";
import { type EngravedFile, engrave, engravePages } from "@groovesheet/processor/engrave/engrave.ts";
import { toMidi } from "@groovesheet/processor/engrave/midi/midi.ts";
import { toMusicXml } from "@groovesheet/processor/engrave/musicxml/musicxml.ts";
import { toSvg } from "@groovesheet/processor/engrave/pages/pages.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import { strFromU8, unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { strikesIn } from "../notate/midi-events.ts";
import { perform, type Song, withOptions } from "../notate/performances.ts";
import { everything } from "../notate/songs.ts";

const write = (song: Song) => notate(perform(song), withOptions());
/** Without repeat signs. */
const written = (song: Song) => notate(perform(song), withOptions({ repeats: false }));
const rock = "[kh]h [sh]h [kh][kh] [sh]o";
const long: Song = { bars: Array<string>(90).fill(rock) };

describe("a score that uses every feature", () => {
  const score = write(everything);
  let files: Map<string, EngravedFile>;
  const bytes = (suffix: string) => files.get(suffix)!.bytes;

  beforeAll(async () => {
    files = new Map((await engrave(score, FORMATS)).map((file) => [file.suffix, file]));
  }, 60_000);

  test("each format is a file of its own name", () => {
    expect([...files.keys()]).toEqual([".musicxml", ".mxl", ".mid", ".gp", ".tab.txt", ".pdf", "-1.png"]);
    expect(files.get("-1.png")!.mediaType).toBe("image/png");
  });

  test("the archive begins with its type, uncompressed, and names the score", () => {
    expect(strFromU8(bytes(".mxl").slice(30, 38 + 35))).toMatch(/^mimetypeapplication\/vnd.recordare.musicxml/);
    const entries = unzipSync(bytes(".mxl"));
    expect(Object.keys(entries)).toEqual(["mimetype", "META-INF/container.xml", "score.musicxml"]);
    expect(strFromU8(entries["score.musicxml"]!)).toBe(strFromU8(bytes(".musicxml")));
  });

  test("the picture is 1600 pixels wide and no higher than what is on it", () => {
    const header = new DataView(bytes("-1.png").buffer, bytes("-1.png").byteOffset);
    expect(header.getUint32(16)).toBe(1600);
    expect(header.getUint32(20)).toBeLessThan(2000);
  });

  test("the PDF embeds its fonts and holds no pixels", () => {
    const text = Buffer.from(bytes(".pdf")).toString("latin1");
    expect(text.startsWith("%PDF")).toBe(true);
    expect(text.match(/\/FontFile2/g)!.length).toBeGreaterThanOrEqual(2);
    expect(text).not.toContain("/Subtype /Image");
  });

  test("no character is left to a music font that is not there", async () => {
    for (const page of await engravePages(score)) {
      const svg = toSvg(page, true);
      expect(svg.replace(/<[^>]*>/g, "")).not.toMatch(/[\ue000-\uf8ff]/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      for (const [, id] of svg.matchAll(/href="#([^"]+)"/g)) expect(svg).toContain(`id="${id}"`);
    }
  });

  test("the same score is the same files", async () => {
    const again = await engrave(score, ["musicxml", "mxl", "midi", "gp", "png"]);
    for (const { suffix, bytes: other } of again) expect(Buffer.from(other).equals(bytes(suffix)), suffix).toBe(true);
  });
});

describe("MusicXML", () => {
  test("each piece used is an instrument, one above its General MIDI key", () => {
    const xml = toMusicXml(write({ bars: ["[kh]h [sh]h 1324 c"] }));
    expect([...xml.matchAll(/<midi-unpitched>(\d+)/g)].map((match) => Number(match[1]))).toEqual([
      37, 39, 43, 49, 48, 46, 44, 50,
    ]);
    expect(xml.match(/<score-instrument/g)).toHaveLength(8);
    expect(xml).toMatch(/<midi-channel>10</);
  });

  test("a pickup is implicit, numbered 0, and the last bar line is final", () => {
    const xml = toMusicXml(write({ firstPosition: 4, bars: ["ssss", rock, rock] }));
    expect(xml).toContain('<measure number="0" implicit="yes">');
    expect(xml.match(/<bar-style>light-heavy</g)).toHaveLength(1);
  });

  test("lines are broken every four bars, and dense bars sooner", () => {
    const newLines = (xml: string) =>
      [...xml.matchAll(/<measure number="(\d+)"[^>]*>\s*<print new-system/g)].map((match) => Number(match[1]));
    expect(newLines(toMusicXml(written({ bars: Array<string>(10).fill(rock) })))).toEqual([5, 9]);
    const dense = "ssssssss ssssssss ssssssss ssssssss";
    expect(newLines(toMusicXml(written({ bpm: 60, bars: Array<string>(8).fill(dense) })))).toEqual([3, 5, 7]);
  });

  test("when most bars of a line are repeat signs, there are eight", () => {
    const xml = toMusicXml(
      write({ bars: [...Array<string>(8).fill(rock), ...Array<string>(8).fill("[kd]d [sd]d [kd]d [sd]d")] }),
    );
    const lines = [...xml.matchAll(/<measure number="(\d+)"[^>]*>\s*<print new-system/g)].map((match) => match[1]);
    expect(lines).toEqual(["9"]);
  });

  test("when bars are empty, a multi-bar rest says how many", () => {
    const xml = toMusicXml(write({ bars: [rock, ...Array<string>(5).fill(". . . ."), rock] }));
    expect([...xml.matchAll(/<multiple-rest>(\d+)</g)].map((match) => match[1])).toEqual(["5"]);
    expect(xml.match(/<rest measure="yes"/g)).toHaveLength(5);
  });

  test("titles may hold any characters", () => {
    const performance = { ...perform({ bars: [rock] }), title: 'Rock & <Roll> "n" \u0000\u0008 \ud800 Größe 漢字' };
    const xml = toMusicXml(notate(performance, withOptions()));
    expect(xml).toContain(
      '<work-title>Rock &amp; &lt;Roll> "n"   Größe 漢字</work-title>'.replace("&lt;Roll>", "&lt;Roll&gt;"),
    );
  });
});

describe("MIDI", () => {
  test.each([
    ["from the first bar", { bars: Array<string>(12).fill(rock), start: 0 }],
    ["after a silence", { bars: Array<string>(12).fill(rock), start: 7.3, bpm: 93 }],
    ["after a pickup", { bars: ["ssss", rock, rock], start: 2.1, firstPosition: 4 }],
  ])("when drums play %s, it plays in time with the recording", (_, song) => {
    const performance = perform(song);
    const strikes = strikesIn(toMidi(notate(performance, withOptions()), { timing: "performed" }));
    const times = performance.hits.map((hit) => hit.time).toSorted((a, b) => a - b);
    expect(strikes).toHaveLength(times.length);
    for (const [index, strike] of strikes.entries()) expect(strike.seconds).toBeCloseTo(times[index]!, 2.7);
  });

  test("when a pickup follows a silence, bar lines are bar lines of the file", () => {
    const performance = perform({ bars: ["ssss", "[kc] s k s", "k s k s"], start: 2.1, firstPosition: 4 });
    const strikes = strikesIn(toMidi(notate(performance, withOptions()), { timing: "performed" }));
    expect(strikes.find((strike) => strike.key === 49)!.quarter % 4).toBe(0);
  });

  test("a groove is kept in performed timing and gone in written timing", () => {
    const performance = perform({ bars: Array<string>(8).fill("[kd]d [sd]d [kd]d [sd]d"), swing: 0.64 });
    const score = notate(performance, withOptions());
    const phases = (timing: "performed" | "written") =>
      new Set(strikesIn(toMidi(score, { timing })).map((strike) => Math.round((strike.quarter % 1) * 100)));
    expect(phases("written")).toEqual(new Set([0, 50]));
    expect([...phases("performed")].toSorted((a, b) => a - b)).toEqual([0, 64]);
  });

  test.each(["performed", "written"] as const)(
    "when a flam opens the song, both its strokes are in %s timing",
    (timing) => {
      const song = perform({ bars: ["s . s .", "s . s ."], start: 0.01 });
      const hits = [{ time: 0, piece: "snare" as const, velocity: 0.3, confidence: 0.9 }, ...song.hits.slice(1)];
      const flam = { ...song, hits: [...hits, { ...song.hits[0]!, time: 0.02 }] };
      expect(strikesIn(toMidi(notate(flam, withOptions()), { timing }))).toHaveLength(5);
    },
  );

  test("velocities follow the strokes, from 1 to 127", () => {
    const song = perform({ bars: ["s s s s"] });
    const hits = song.hits.map((hit, index) => ({ ...hit, velocity: [0, 0.25, 0.5, 1][index]! }));
    const strikes = strikesIn(toMidi(notate({ ...song, hits }, withOptions()), { timing: "written" }));
    expect(strikes.map((strike) => strike.velocity)).toEqual([1, 32, 64, 127]);
  });
});

describe("pages", () => {
  test("lines move together where that saves a page", async () => {
    const pagesOf = (lines: number) => engravePages(written({ bars: Array<string>(4 * lines).fill(rock) }));
    const [usual, tight, two] = [await pagesOf(13), await pagesOf(14), await pagesOf(15)];
    expect([usual, tight, two].map(({ length }) => length)).toEqual([1, 1, 2]);
    expect(tight[0]!.usedHeight).toBeLessThan(usual[0]!.usedHeight);
  });

  test("when a song is long, it fills several, and none is mostly empty", async () => {
    const pages = await engravePages(written(long));
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page.usedHeight).toBeGreaterThan(600);
    expect(pages[0]!.content).toContain(`1 / ${pages.length}`);
  });

  test("when the hands rest near the foot of a page, it is turned there", { timeout: 60_000 }, async () => {
    const linesOf = async (song: Song) => {
      const [page] = await engravePages(written(song));
      return page!.content.match(/scale\(0\.1\)"/g)!.length;
    };
    const bars = Array<string>(72).fill(rock);
    const restAfter = (lines: number) => linesOf({ bars: bars.with(4 * lines - 1, ". . . .") });
    const full = await restAfter(5);
    expect(await restAfter(full - 1)).toBe(full - 1);
  });

  test("when nothing was played, there is a page with a rest", async () => {
    const pages = await engravePages(notate({ ...perform({ bars: [rock] }), hits: [] }, withOptions()));
    expect(pages).toHaveLength(1);
  });
});

describe("titles in any script", () => {
  test.each([
    ["Größe & Жизнь", ">Größe &amp; Жизнь</text>"],
    ["東京 Drive 🥁", ">東京</text>"],
    ["🥁", ">Drum part</text>"],
  ])("when it is %s, no empty box is drawn", async (title, drawn) => {
    const [page] = await engravePages(notate({ ...perform({ bars: [rock] }), title }, withOptions()));
    expect(page!.content).toContain(drawn);
  });
});
