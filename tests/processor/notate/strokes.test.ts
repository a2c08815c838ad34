import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { describe, expect, test } from "vitest";
import { perform, toPerformance, withOptions } from "./performances.ts";

const rock = "[kh]h [sh]h [kh][kh] [sh]h";
const hit = (time: number, piece: Piece, velocity: number): Hit => ({ time, piece, velocity, confidence: 0.9 });
const run = (from: number, gap: number, velocities: readonly number[], piece: Piece = "snare") =>
  velocities.map((velocity, index) => hit(from + index * gap, piece, velocity));
const eventsOf = ({ measures }: Score) => measures.flatMap(({ voices }) => voices.flatMap(({ events }) => events));

/** Two bars of quarters on the kick at 100 beats a minute, the first at 0.5 s, and the hits between. */
function write(strokes: readonly Hit[]): Score {
  const song = perform({ bars: ["k k k k", "k k k k"] });
  return notate(toPerformance([...song.hits, ...strokes], song.beats, 100, "4/4"), withOptions());
}

describe("quick hits on one drum", () => {
  test("when many follow too quickly to be written, they are a roll of all of them, and no 64ths", () => {
    const score = write(run(0.5, 0.05, Array(10).fill(0.5)));
    const rolls = eventsOf(score).filter((event) => event.tremolo > 0);
    expect(rolls).toHaveLength(1);
    expect(rolls[0]!.notes.map((note) => [note.piece, note.rolled?.length])).toEqual([["snare", 9]]);
    expect(score.dropped).toEqual([]);
  });

  test("when a roll leads to a strong hit, that one is a note of its own", () => {
    const score = write(run(0.5, 0.05, [...Array(12).fill(0.4), 1]));
    const snares = eventsOf(score).filter((event) => event.notes.some((note) => note.piece === "snare"));
    expect(snares.map((event) => [event.onset.toFraction(), event.tremolo > 0])).toEqual([
      ["0", true],
      ["1/4", false],
    ]);
  });

  test("when a roll lasts for beats, every beat has its note", () => {
    const score = write(run(0.5, 0.05, Array(36).fill(0.5)));
    const rolls = eventsOf(score).filter((event) => event.tremolo > 0);
    expect(rolls.map((event) => event.onset.toFraction())).toEqual(["0", "1/4", "1/2"]);
  });

  test("when they are 32nds, they are written as 32nds", () => {
    const score = write(run(0.5, 0.075, Array(8).fill(0.5)));
    expect(eventsOf(score).filter((event) => event.type === "32nd")).toHaveLength(8);
  });

  test("when a hit rebounds, the softer one is dropped with its reason", () => {
    for (const piece of ["kick", "hihatClosed", "ride"] as const) {
      const score = write(run(0.8, 0.035, [0.8, 0.3], piece));
      expect(score.dropped).toMatchObject([{ piece, cause: "rebound", reason: expect.stringMatching(/45 ms/) }]);
    }
  });

  test("when a snare and its rim are detected together, the stronger is written and the other is dropped", () => {
    const score = write([hit(0.8, "snare", 0.8), hit(0.802, "rimshot", 0.5)]);
    expect(score.dropped).toMatchObject([{ piece: "rimshot", cause: "sameNote" }]);
  });
});

test("a hit that is early or late by chance does not become a lone 32nd", () => {
  const song = perform({ bars: Array(8).fill(rock), bpm: 110 });
  const hits = song.hits.map((stroke, index) => (index % 13 === 5 ? { ...stroke, time: stroke.time + 0.035 } : stroke));
  const score = notate({ ...song, hits }, withOptions());
  expect(new Set(eventsOf(score).map((event) => event.type))).toEqual(new Set(["eighth"]));
});
