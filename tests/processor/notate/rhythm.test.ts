import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score, ScoreEvent, ScoreNote } from "@groovesheet/processor/score.ts";
import { expect, describe as group, test } from "vitest";
import { describe } from "./describe.ts";
import { perform, type Song, toPerformance, withOptions } from "./performances.ts";
import { cases } from "./songs.ts";

const write = (song: Song, options = withOptions()) => notate(perform(song), options);
const events = (score: Score): ScoreEvent[] =>
  score.measures.flatMap((measure) => measure.voices.flatMap((voice) => voice.events));
const notes = (score: Score, ...pieces: Piece[]): ScoreNote[] =>
  events(score)
    .flatMap((event) => event.notes)
    .filter((note) => pieces.length === 0 || pieces.includes(note.piece));
const meters = (score: Score) => score.measures.map(({ meter }) => `${meter.beats}/${meter.beatType}`);
const numbers = (score: Score) => score.measures.map((measure) => measure.number);
const rock = "[kh]h [sh]h [kh][kh] [sh]h";

group("a known pattern", () => {
  test.each(Object.entries(cases))("%s has the values that a drummer would write", (_, { song, options, measures }) => {
    const score = write(song, options ?? withOptions());
    expect(describe(score)).toEqual(measures);
    expect(score.dropped).toEqual([]);
  });
});

group("bars", () => {
  test("when the first beat is no downbeat, a pickup is bar 0 and not counted", () => {
    const score = write({ firstPosition: 4, bars: ["ssss", rock, rock] });
    expect(numbers(score)).toEqual([0, 1, 2]);
    expect(score.measures.map((measure) => measure.pickup)).toEqual([true, false, false]);
    expect(score.measures[0]!.length.toFraction()).toBe("1/4");
    expect(meters(score)).toEqual(["4/4", "4/4", "4/4"]);
  });

  test("when drums enter in the last beat of a bar, the silence before is not written", () => {
    const score = write({ bars: [". . . .", ". . . .", ". . . s", rock] });
    expect(describe(score)).toEqual(["q", "e e e e e e e e"]);
  });

  test("when drums pause, the empty bars between are written", () => {
    expect(describe(write({ bars: [rock, ". . . .", rock, ". . . ."] }))).toEqual([
      "e e e e e e e e",
      "R",
      "e e e e e e e e",
    ]);
  });

  test("when hits lie before the first and after the last beat, beats are continued to them", () => {
    const song = perform({ start: 10, bars: [rock, rock] });
    const outside = [7.6, 14.5 + 2.4].map((time) => ({ time, piece: "crash" as const, velocity: 1, confidence: 1 }));
    const score = notate({ ...song, hits: [...song.hits, ...outside] }, withOptions());
    expect(notes(score, "crash")).toHaveLength(2);
    expect(score.dropped).toEqual([]);
    expect(score.measures[0]!.startTime).toBeCloseTo(7.6, 2);
  });

  test("when one bar is shorter, it has a time signature of its own", () => {
    const short = perform({ bars: [rock, rock, rock, rock] });
    const beats = short.beats
      .filter((_, index) => index < 14)
      .map((beat, index) =>
        index > 7 && index < 10
          ? { ...beat, position: index - 7 }
          : index >= 10
            ? { ...beat, position: index - 9 }
            : beat,
      );
    const score = notate(
      { ...short, hits: short.hits.filter((hit) => hit.time < beats.at(-1)!.time + 0.5), beats },
      withOptions(),
    );
    expect(meters(score)).toEqual(["4/4", "4/4", "2/4", "4/4"]);
    expect(score.measures.map((measure) => measure.showMeter)).toEqual([true, false, true, true]);
  });
});

group("the user's options", () => {
  const song: Song = { bpm: 120, bars: [rock, rock, rock, rock] };

  test("when half time is requested, two bars become one of sixteenths", () => {
    const score = write(song, withOptions({ tempoScale: "half" }));
    expect(describe(score)).toEqual(Array(2).fill(Array(16).fill("s").join(" ")));
    expect(score.measures[0]!.tempo!.perMinute).toBe(60);
  });

  test("when double time is requested, a bar becomes two of quarters", () => {
    const score = write(song, withOptions({ tempoScale: "double" }));
    expect(describe(score)).toEqual(Array(8).fill("q q q q"));
    expect(score.measures[0]!.tempo!.perMinute).toBe(240);
  });

  test("three halves and two thirds of the tempo count three beats for two and two for three", () => {
    const faster = write(song, withOptions({ tempoScale: "threeHalves" }));
    expect(faster.measures[0]!.tempo!.perMinute).toBe(180);
    expect(meters(faster)).toEqual(Array(6).fill("4/4"));
    const slower = write({ ...song, bars: Array(6).fill(rock) }, withOptions({ tempoScale: "twoThirds" }));
    expect(slower.measures[0]!.tempo!.perMinute).toBe(80);
    expect(meters(slower)).toEqual(Array(4).fill("4/4"));
  });

  test("a tempo that is given is reached by the simplest ratio near it", () => {
    for (const [bpm, written] of [
      [61, 60],
      [175, 180],
      [120, 120],
      [238, 240],
      [91, 90],
    ] as const) {
      expect(write(song, withOptions({ bpm })).measures[0]!.tempo!.perMinute).toBe(written);
    }
  });

  test("a polka that was heard in 6/8 is written in 4/4 at three times its tempo", () => {
    const polka: Song = { bpm: 67, meter: "6/8", dotted: true, bars: Array(8).fill("ksk sks") };
    const score = write(polka, withOptions({ bpm: 200 }));
    expect(score.measures[0]!.tempo!.perMinute).toBeCloseTo(201, 0);
    expect(meters(score).every((meter) => meter === "4/4")).toBe(true);
  });

  test("when there is a pickup, bars still begin on the downbeat in half and in double time", () => {
    const pickup: Song = { bpm: 120, firstPosition: 4, bars: ["ssss", rock, rock, rock, rock] };
    const downbeat = perform(pickup).beats[1]!.time;
    for (const tempoScale of ["half", "twoThirds", "threeHalves", "double"] as const) {
      const starts = write(pickup, withOptions({ tempoScale })).measures.map((measure) => measure.startTime);
      expect(starts.some((start) => Math.abs(start - downbeat) < 1e-6)).toBe(true);
    }
  });

  test.each([1, 2, 3, -1])("when the downbeat is shifted by %i, bars begin there", (shift) => {
    const score = write(song, withOptions({ shiftDownbeat: shift }));
    const shifted = perform(song).beats[(shift + 4) % 4]!.time;
    expect(score.measures.find((measure) => !measure.pickup)!.startTime).toBeCloseTo(shifted, 6);
    expect(score.dropped).toEqual([]);
  });

  test("when another meter is requested, bars are counted again", () => {
    expect(meters(write(song, withOptions({ meter: "3/4" })))).toEqual(Array(6).fill("3/4"));
    expect(meters(write(song, withOptions({ meter: "12/8" }))).every((meter) => meter === "12/8")).toBe(true);
  });

  test("when swing is refused, a shuffle is written in triplets", () => {
    const shuffle: Song = { bars: Array(4).fill("[kd]d [sd]d [kd]d [sd]d"), swing: 2 / 3 };
    expect(write(shuffle).measures[0]!.feel).toBe("swing");
    const straight = write(shuffle, withOptions({ swing: "off" }));
    expect(straight.measures[0]!.feel).toBeUndefined();
    expect(describe(straight)[0]).toBe("(q e) (q e) (q e) (q e)");
  });

  test.each([
    ["8", "e e e e"],
    ["16", "s s s s s s s s s s s s s s s s"],
  ] as const)("when the finest notes are %sths, nothing finer is written", (grid, values) => {
    const score = write({ bpm: 60, bars: Array(2).fill("hhhhhhhh hhhhhhhh hhhhhhhh hhhhhhhh") }, withOptions({ grid }));
    expect(describe(score)[0]).toContain(values);
    expect(events(score).every((event) => event.type !== "32nd")).toBe(true);
    expect(notes(score).length + score.dropped.length).toBe(64);
  });
});

group("dynamics", () => {
  test("soft snares are ghosts, and no backbeat is an accent", () => {
    const score = write({ bars: Array(8).fill("[kh]hgg [sh]gh. [kh].hg [sh].hg") });
    const dynamics = notes(score, "snare").map((note) => note.dynamic);
    expect(new Set(dynamics)).toEqual(new Set(["ghost", "normal"]));
    expect(dynamics.filter((dynamic) => dynamic === "ghost")).toHaveLength(8 * 5);
  });

  test("a hit that stands out is an accent", () => {
    const song = perform({ bars: Array(8).fill(rock) });
    const loud = song.hits.findIndex((hit) => hit.piece === "snare");
    const hits = song.hits.map((hit, index) => (index === loud ? { ...hit, velocity: 1 } : hit));
    expect(
      notes(notate({ ...song, hits }, withOptions()), "snare").filter((note) => note.dynamic === "accent"),
    ).toHaveLength(1);
  });

  test("when a hit of every bar is loud, it is no accent, and a single one is", () => {
    const song = perform({ bars: Array(8).fill("ss ss ss ss") });
    const isLoud = (index: number) => index === 2 || index % 8 === 6;
    const hits = song.hits.map((hit, index) => ({ ...hit, velocity: isLoud(index) ? 0.9 : 0.5 }));
    const snares = notes(notate({ ...song, hits }, withOptions()), "snare");
    expect(snares.flatMap(({ dynamic }, index) => (dynamic === "accent" ? [index] : []))).toEqual([2]);
  });

  test("no hit is an accent where the loudness of all varies as much", () => {
    const song = perform({ bars: Array(12).fill("hh hh hh hh") });
    const uneven = [0.38, 0.4, 0.42, 0.45, 0.47, 0.5, 0.52, 0.53, 0.55, 0.58, 0.6, 0.75];
    const hits = song.hits.map((hit, index) => ({ ...hit, velocity: uneven[(index * 5) % 12]! }));
    const dynamics = notate({ ...song, hits }, withOptions()).measures.flatMap(({ voices }) =>
      voices.flatMap(({ events }) => events.flatMap(({ notes }) => notes.map(({ dynamic }) => dynamic))),
    );
    expect(dynamics).not.toContain("accent");
  });

  test("only a closed hi-hat directly after an open one is marked as closing", () => {
    const score = write({ bars: ["[kh]h [sh]o [kh]h [sh]e", "[kh]h [so]o [kp]h [sh]h"] });
    const closing = notes(score, "hihatClosed").map((note) => note.closing);
    expect(closing).toEqual([false, false, false, true, false, false, true, false, false, false, false]);
  });
});

group("flams", () => {
  const main = 0.5 + 60 / 100;
  const withGraces = (...before: number[]) => {
    const song = perform({ bars: [rock, rock] });
    const graces = before.map((gap) => ({ time: main - gap, piece: "snare" as const, velocity: 0.3, confidence: 0.8 }));
    return notate(toPerformance([...song.hits, ...graces], song.beats, 100, "4/4"), withOptions());
  };

  test("when a soft snare is 30 ms before a loud one, it is a grace note", () => {
    const score = withGraces(0.03);
    expect(describe(score)[0]).toBe("e e 'e e e e e e");
    expect(score.dropped).toEqual([]);
  });

  test("when there are two, it is a drag", () => {
    expect(describe(withGraces(0.06, 0.03))[0]).toBe("e e ''e e e e e e");
  });

  test("when a hit is detected twice, one is dropped with its reason", () => {
    const score = withGraces(0.01);
    expect(score.dropped).toHaveLength(1);
    expect(score.dropped[0]!.reason).toMatch(/45 ms/);
  });
});

group("tempo", () => {
  const bars = (count: number, bpm: number) => ({ bars: Array<string>(count).fill(rock), bpm });
  const join = (...parts: { bars: string[]; bpm: number }[]) => {
    let start = 0.5;
    const performances = parts.map((part) => {
      const performed = perform({ ...part, start });
      start += (part.bars.length * 4 * 60) / part.bpm;
      return performed;
    });
    const all = toPerformance(
      performances.flatMap((p) => p.hits),
      performances.flatMap((p) => p.beats),
      100,
      "4/4",
    );
    return notate(all, withOptions()).measures.flatMap((m) => (m.tempo ? [[m.number, m.tempo.perMinute]] : []));
  };

  test("when it drifts, one mark is written", () => {
    expect(join(bars(8, 100), bars(8, 102), bars(8, 104))).toEqual([[1, 102]]);
  });

  test("when it changes and stays, both tempos are written where they begin", () => {
    expect(join(bars(8, 100), bars(8, 140))).toEqual([
      [1, 100],
      [9, 140],
    ]);
  });

  test("when the meter is compound, dotted beats are counted", () => {
    const score = write({ meter: "6/8", dotted: true, bpm: 60, bars: ["[kh]hh [sh]hh"] });
    expect(score.measures[0]!.tempo).toMatchObject({ perMinute: 60 });
    expect(score.measures[0]!.tempo!.unit.toFraction()).toBe("3/8");
  });
});
