import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { describe, expect, test } from "vitest";
import { perform, withOptions } from "./performances.ts";

const BAR = 2.4;
const START = 0.5;
const rock = "[kh]h [sh]h [kh][kh] [sh]h";
const loopHeardWith = (confidence: number): DrumPerformance => {
  const song = perform({ bars: Array(8).fill(rock) });
  return { ...song, hits: song.hits.map((heard) => ({ ...heard, confidence })) };
};
const loop = loopHeardWith(0.88);

/** Seconds of an eighth of a bar, both counted from 0. */
const at = (bar: number, eighth: number) => START + bar * BAR + (eighth * BAR) / 8;
const isAt = (hit: Hit, bar: number, eighth: number) => Math.abs(hit.time - at(bar, eighth)) < 0.01;
const hit = (
  bar: number,
  eighth: number,
  piece: Piece,
  confidence: number,
  alternatives?: Hit["alternatives"],
): Hit => ({
  time: at(bar, eighth),
  piece,
  velocity: 0.6,
  confidence,
  ...(alternatives && { alternatives }),
});

/** The loop with some hits taken out, others put in, and candidates. */
function write(
  { without = () => false, and = [], candidates = [] }: Partial<Changes>,
  options = withOptions(),
  song: DrumPerformance = loop,
): Score {
  const hits = [...song.hits.filter((heard) => !without(heard)), ...and].toSorted((a, b) => a.time - b.time);
  return notate({ ...song, hits, candidates: [...candidates] }, options);
}

interface Changes {
  readonly without: (hit: Hit) => boolean;
  readonly and: readonly Hit[];
  readonly candidates: readonly Hit[];
}

/** What each bar holds, one string a bar. */
function bars({ measures }: Score): string[] {
  return measures.map(({ voices }) =>
    voices
      .flatMap(({ events }) =>
        events.flatMap(({ onset, notes }) =>
          notes.map(({ piece, dynamic }) => `${onset.toFraction()} ${piece}${dynamic === "ghost" ? " ghost" : ""}`),
        ),
      )
      .toSorted()
      .join(", "),
  );
}

const distinct = (score: Score) => new Set(bars(score)).size;

describe("a loop that is the same in every bar", () => {
  test("when a hit is uncertain in one bar alone, it is removed, and listed with its reason", () => {
    const score = write({ and: [hit(3, 5, "tomFloor", 0.5)] });
    expect(distinct(score)).toBe(1);
    expect(score.dropped).toMatchObject([
      { piece: "tomFloor", cause: "pattern", reason: expect.stringMatching(/bars/) },
    ]);
  });

  test("when a hit is missing but was nearly heard, it is written, and the revision says so", () => {
    const missing = (heard: Hit) => heard.piece === "snare" && isAt(heard, 5, 2);
    const score = write({ without: missing, candidates: [hit(5, 2, "snare", 0.3)] });
    expect(distinct(score)).toBe(1);
    expect(score.revisions).toEqual([{ time: at(5, 2), piece: "snare" }]);
  });

  test("when hardly any hit of the song is doubtful, what is missing in one bar stays out", () => {
    const missing = (heard: Hit) => heard.piece === "snare" && isAt(heard, 5, 2);
    const changes = { without: missing, candidates: [hit(5, 2, "snare", 0.3)] };
    expect(distinct(write(changes, withOptions(), loopHeardWith(0.95)))).toBe(2);
  });

  test("when a hit is missing and nothing was heard, the bar stays as it was heard", () => {
    const missing = (heard: Hit) => heard.piece === "snare" && isAt(heard, 5, 2);
    expect(distinct(write({ without: missing }))).toBe(2);
  });

  test("when a hi-hat may be open or closed in one bar, it is what the others are", () => {
    const doubtful = hit(4, 3, "hihatOpen", 0.9, { hihatOpen: 0.55, hihatClosed: 0.45 });
    const score = write({ without: (heard) => heard.piece === "hihatClosed" && isAt(heard, 4, 3), and: [doubtful] });
    expect(distinct(score)).toBe(1);
    expect(score.revisions).toEqual([{ time: at(4, 3), piece: "hihatClosed", heard: "hihatOpen" }]);
  });

  test("when a hi-hat is clearly open in one bar, it is written open", () => {
    const clear = hit(4, 3, "hihatOpen", 0.95);
    const score = write({ without: (heard) => heard.piece === "hihatClosed" && isAt(heard, 4, 3), and: [clear] });
    expect(distinct(score)).toBe(2);
    expect(score.revisions).toEqual([]);
  });

  test("when an exception was heard clearly, it is written", () => {
    const score = write({ and: [hit(3, 5, "snare", 0.97)] });
    expect(distinct(score)).toBe(2);
    expect(score.dropped).toEqual([]);
  });

  test("when a crash opens a bar, it is written although no other bar has one", () => {
    const score = write({ and: [hit(4, 0, "crash", 0.55)] });
    expect(score.measures[4]!.voices[0]!.events[0]!.notes.map(({ piece }) => piece)).toContain("crash");
  });

  test("when all detail is requested, what was heard is written", () => {
    const changes = { and: [hit(3, 5, "tomFloor", 0.5)], candidates: [hit(5, 1, "kick", 0.4)] };
    const score = write(changes, withOptions({ detail: "full" }));
    expect(distinct(score)).toBe(2);
    expect([score.dropped, score.revisions]).toEqual([[], []]);
  });

  test("when one backbeat is a little softer than a ghost note, it is no ghost note", () => {
    const softer = loop.hits.map((heard) =>
      heard.piece === "snare" && isAt(heard, 2, 6) ? { ...heard, velocity: 0.33 } : heard,
    );
    expect(distinct(notate({ ...loop, hits: softer }, withOptions()))).toBe(1);
  });
});

describe("a player who varies", () => {
  const variations = [rock, "[kh]h [sh]h [kh]k [sh]h", "[kh]h [sh]k [kh]h [sh]h", "[kh]h [sh]h [kh]h [sh][kh]"];
  const varied = perform({ bars: [...variations, ...variations.toReversed(), ...variations] });

  test("every variation that was heard clearly is written", () => {
    const score = write({}, withOptions(), varied);
    expect(distinct(score)).toBe(4);
    expect([score.dropped, score.revisions]).toEqual([[], []]);
  });

  test("a candidate that no bar supports is not written", () => {
    const score = write({ candidates: [hit(2, 7, "tomHigh", 0.5)] }, withOptions(), varied);
    expect(score.revisions).toEqual([]);
  });
});

describe("a piece that is hardly heard in a song", () => {
  const song = perform({ bars: [rock, "k s k s", "[kd]d [sd]d [kd]d [sd]d", "s1s1 2244 ss kk"] });

  test("when its hits are uncertain, it is no line of the drum key", () => {
    const score = write({ and: [hit(1, 1, "cowbell", 0.5), hit(3, 3, "cowbell", 0.6)] }, withOptions(), song);
    expect(score.pieces).not.toContain("cowbell");
    expect(score.dropped.map(({ piece, cause }) => [piece, cause])).toEqual(Array(2).fill(["cowbell", "pattern"]));
  });

  test("when they may be another piece of the song, they are that piece", () => {
    const doubtful = hit(1, 1, "china", 0.6, { china: 0.6, ride: 0.4 });
    const score = write({ and: [doubtful] }, withOptions(), song);
    expect(score.revisions).toEqual([{ time: doubtful.time, piece: "ride", heard: "china" }]);
  });

  test("when one of its hits is clear, it is written", () => {
    const score = write({ and: [hit(1, 1, "cowbell", 0.95)] }, withOptions(), song);
    expect(score.pieces).toContain("cowbell");
  });
});
