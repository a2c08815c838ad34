import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Measure } from "@groovesheet/processor/score.ts";
import { describe, expect, test } from "vitest";
import { perform, type Song, withOptions } from "./performances.ts";

const verse = "[kh]h [sh]h [kh][kh] [sh]h";
const chorus = "[kd]d [sd]d [kd]d [sd]d";
const fill = "ssss 1122 3344 ssss";
const hats = "h h h h";

const times = (bars: string | readonly string[], count: number) => Array(count).fill(bars).flat() as string[];
const sectionsOf = (measures: readonly Measure[]) =>
  measures.flatMap(({ section, number }) => (section === undefined ? [] : [`${section} ${number}`]));
const write = (song: Song, changes: Parameters<typeof withOptions>[0] = {}) =>
  notate(perform(song), withOptions(changes)).measures;

describe("the form of a song", () => {
  const form = [...times(hats, 4), ...times(verse, 7), fill, ...times(chorus, 8), ...times(verse, 8)];

  test("its sections are found, similar ones have the same letter, and the fill between is named", () => {
    const measures = write({ bars: form });
    expect(sectionsOf(measures)).toEqual(["Intro 1", "A 5", "B 13", "A 21"]);
    expect(measures.flatMap(({ fillInto, number }) => (fillInto ? [`${number} into ${fillInto}`] : []))).toEqual([
      "12 into B",
    ]);
  });

  test("when verses, choruses and short bridges come again, all of them are found each time", () => {
    const bridge = "[kh]hhh [sh]hhh [kh]hhh [sh]hhh";
    const round = [...times(verse, 8), ...times(chorus, 4), ...times(bridge, 4)];
    const names = sectionsOf(write({ bars: [...round, ...round, ...round] }));
    expect(names).toEqual(["A 1", "B 9", "C 13", "A 17", "B 25", "C 29", "A 33", "B 41", "C 45"]);
  });

  test("when all of it is one beat, no mark is written", () => {
    expect(sectionsOf(write({ bars: times(verse, 24) }))).toEqual([]);
  });

  test("when it begins with a pickup, the first section begins at the first full bar", () => {
    const bars = ["ssss", ...times(verse, 8), ...times(chorus, 8)];
    expect(sectionsOf(write({ firstPosition: 4, bars }))).toEqual(["A 1", "B 9"]);
  });
});

describe("repeated bars", () => {
  const signs = (bars: readonly string[], repeats = true) =>
    write({ bars }, { repeats, detail: "full" }).map(({ repeat }) =>
      repeat ? `${repeat.bars}.${repeat.index} (${repeat.time})` : "-",
    );
  const other = "[kh]h [sh]k [kh]h [sh]h";
  const third = "[kh]. [sh]. [kh]k [sh]";
  const four = [verse, other, third, fill];
  const signed = (bars: number, copies: number) =>
    Array.from({ length: bars * copies }, (_, i) => `${bars}.${i % bars} (${2 + Math.floor(i / bars)})`);

  test.each([
    ["one bar", [...times(verse, 4), other], ["-", ...signed(1, 3), "-"]],
    ["two bars", times([verse, other], 4), ["-", "-", ...signed(2, 3)]],
    ["four bars", times(four, 4), ["-", "-", "-", "-", ...signed(4, 3)]],
    ["one bar twice more", [verse, verse, verse, other], ["-", "-", "-", "-"]],
    ["rests", [verse, ...times(". . . .", 4), verse], ["-", "-", "-", "-", "-", "-"]],
  ])("when %s are played again, signs show which time it is, from three times on", (_, bars, expected) => {
    expect(signs(bars)).toEqual(expected);
  });

  test("when no signs are requested, there are none", () => {
    expect(signs(times(verse, 5), false)).toEqual(times("-", 5));
  });

  test("when a section begins, its first bar is written out", () => {
    const measures = write({ bars: [...times(verse, 8), ...times(chorus, 8), ...times(verse, 8)] });
    const begins = measures.filter(({ section }) => section !== undefined);
    expect(begins.map(({ repeat }) => repeat)).toEqual([undefined, undefined, undefined]);
    expect(measures[1]!.repeat).toEqual({ bars: 1, index: 0, time: 2 });
  });
});

describe("bars without a hit", () => {
  const rest = ". . . .";
  const rests = (bars: readonly string[]) =>
    write({ bars }).map(({ rest: place }) => (place ? `${place.index + 1} of ${place.bars}` : "-"));

  test("when several follow each other, they are one rest", () => {
    expect(rests([verse, rest, rest, rest, verse, rest, verse])).toEqual([
      "-",
      "1 of 3",
      "2 of 3",
      "3 of 3",
      "-",
      "-",
      "-",
    ]);
  });

  test("when a few doubtful hits lie between them, these are removed with their reason", () => {
    const song = perform({ bars: [...times(verse, 2), ...times(rest, 9), ...times(verse, 2)] });
    const doubtful = { time: 0.5 + 6 * 2.4 + 0.3, piece: "tomMid" as const, velocity: 0.5, confidence: 0.55 };
    const hits = [...song.hits, doubtful].toSorted((a, b) => a.time - b.time);
    const score = notate({ ...song, hits }, withOptions());
    expect(score.dropped).toMatchObject([{ piece: "tomMid", cause: "pattern" }]);
    expect(score.measures[2]!.rest).toEqual({ bars: 9, index: 0 });
  });
});

describe("a passage that was heard with little confidence", () => {
  const bars = Array.from({ length: 16 }, (_, index) => [verse, chorus, hats, fill][(index * index) % 4]!);
  const song = perform({ bars });
  const hits = song.hits.map((hit) =>
    hit.time > 0.4 + 6 * 2.4 && hit.time < 0.4 + 12 * 2.4 ? { ...hit, confidence: 0.5 } : hit,
  );

  test("its notes are grey, and its first bar says so once", () => {
    const { measures } = notate({ ...song, hits }, withOptions({ detail: "full" }));
    expect(measures.flatMap(({ uncertain, number }) => (uncertain ? [`${uncertain} ${number}`] : []))).toEqual([
      "begin 7",
      ...[8, 9, 10, 11, 12].map((number) => `continue ${number}`),
    ]);
    const notes = measures[7]!.voices.flatMap(({ events }) => events.flatMap((event) => event.notes));
    expect(notes.every(({ unsure }) => unsure)).toBe(true);
  });

  test("when all is heard clearly, nothing is uncertain", () => {
    expect(notate(song, withOptions()).measures.some(({ uncertain }) => uncertain)).toBe(false);
  });
});

describe("levels of detail", () => {
  const bars = times("[kh]hgg [sh]gh. [kh].eg [sh].hg", 4);
  const written = (detail: "simple" | "standard" | "full") => {
    const score = notate(perform({ bars }), withOptions({ detail }));
    const notes = score.measures.flatMap(({ voices }) =>
      voices.flatMap(({ events }) => events.flatMap((e) => e.notes)),
    );
    return { score, notes, dynamics: new Set(notes.map(({ dynamic }) => dynamic)) };
  };

  test("when simple, ghosts are left out, and each is listed", () => {
    const { score, notes, dynamics } = written("simple");
    expect(dynamics).toEqual(new Set(["normal"]));
    expect(score.pieces).toEqual(["kick", "snare", "hihatClosed", "hihatHalfOpen"]);
    expect(score.dropped).toHaveLength(4 * 5);
    expect(notes).toHaveLength(perform({ bars }).hits.length - 4 * 5);
    expect(score.measures[0]!.voices.flatMap(({ events }) => events.map(({ type }) => type))).not.toContain("32nd");
  });

  test("when standard, ghosts are written, and no loudness", () => {
    const { score, dynamics } = written("standard");
    expect(dynamics).toEqual(new Set(["normal", "ghost"]));
    expect(score.measures.every(({ loudness }) => loudness === undefined)).toBe(true);
  });

  test("when full, a louder section is marked louder", () => {
    const song = perform({ bars: [...times(verse, 8), ...times(chorus, 8)] });
    const hits = song.hits.map((hit) => (hit.time > 0.5 + 8 * 2.4 - 0.1 ? { ...hit, velocity: 0.9 } : hit));
    const { measures } = notate({ ...song, hits }, withOptions({ detail: "full" }));
    expect(measures.flatMap(({ loudness, number }) => (loudness ? [`${loudness} ${number}`] : []))).toEqual([
      "mf 1",
      "f 9",
    ]);
  });
});

describe("hits of low confidence", () => {
  const song = perform({ bars: [verse] });
  const hits = song.hits.map((hit, index) => ({ ...hit, confidence: index === 3 ? 0.4 : 0.9 }));
  const unsure = (showConfidence: boolean) =>
    notate({ ...song, hits }, withOptions({ showConfidence }))
      .measures.flatMap(({ voices }) => voices.flatMap(({ events }) => events.flatMap(({ notes }) => notes)))
      .filter((note) => note.unsure);

  test("they are marked where that is requested", () => {
    expect([unsure(true).length, unsure(false).length]).toEqual([1, 0]);
  });
});
