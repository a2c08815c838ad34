import { readFileSync } from "node:fs";
import type { Hit } from "@groovesheet/jobs/performance.ts";
import { count } from "@groovesheet/processor/track/counter.ts";
import { track } from "@groovesheet/processor/track/track.ts";
import { describe, expect, test } from "vitest";
import { activations, bars, drums, found, type Pattern, type Song, song } from "./songs.ts";

const ROCK: Pattern = {
  kick: "x... .... x.x. ....",
  snare: ".... x... .... x...",
  hihatClosed: "x.x. x.x. x.x. x.x.",
};
const WALTZ: Pattern = { kick: "x. .. ..", snare: ".. x. x.", hihatClosed: "xx xx xx" };
const FIVE: Pattern = {
  kick: "x... .... x... .... ....",
  snare: ".... x... .... x... ....",
  hihatClosed: "x.x. x.x. x.x. x.x. x.x.",
  hihatOpen: ".... .... .... .... ..x.",
};
const SIX_EIGHT: Pattern = { kick: "x.. ..x", snare: "... x..", hihatClosed: "xxx xxx" };

/** Beats are heard, bars are not: what is played has to tell them. */
const deaf = { hearsBars: false };

async function bpmOf(played: Song, pattern: Pattern, between: readonly number[]): Promise<number> {
  return (await track(activations(played, { ...deaf, between }), drums(played, pattern))).tempo;
}

describe("tempo octave", () => {
  test.each([80, 90, 100])(
    "GIVEN off-beats as loud as the beats of a groove at %i THEN it is counted in its beats",
    async (bpm) => {
      const tempo = await bpmOf(
        song(bars(16, 4), () => bpm),
        ROCK,
        [0.5],
      );
      expect(tempo / bpm).toBeCloseTo(1, 1);
    },
  );

  test("GIVEN a rock groove of which every other beat is heard THEN the others are counted too", async () => {
    const played = song(bars(16, 4), () => 150);
    const halves = { ...played, beats: played.beats.filter((_, i) => i % 2 === 0) };
    const { tempo } = await track(activations(halves, deaf), drums(played, ROCK));
    expect(tempo / 150).toBeCloseTo(1, 1);
  });

  test("GIVEN a rock groove of which every other off-beat alone is heard THEN the beats are counted", async () => {
    const played = song(bars(24, 4), () => 110);
    const offBeats = played.beats
      .filter((_, i) => i % 2 === 0)
      .map((beat) => ({ ...beat, time: beat.time + 30 / 110 }));
    const { beats } = await track(activations({ ...played, beats: offBeats }, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });
});

describe("bars that only the drums tell", () => {
  test.each([
    ["4/4", 4, 116, ROCK],
    ["3/4", 3, 130, WALTZ],
    ["5/4", 5, 120, FIVE],
  ] as const)("GIVEN a groove in %s THEN its meter and its bars are found", async (name, meter, bpm, pattern) => {
    const played = song(bars(20, meter), () => bpm);
    const { meter: answered, beats } = await track(activations(played, deaf), drums(played, pattern));
    expect(answered).toBe(name);
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN 6/8 of which the network hears every eighth THEN it is counted in dotted quarters", async () => {
    const played = song(bars(24, 2), () => 64);
    const { meter, tempo, beats } = await track(
      activations(played, { ...deaf, between: [1 / 3, 2 / 3] }),
      drums(played, SIX_EIGHT),
    );
    expect(meter).toBe("6/8");
    expect(tempo).toBeCloseTo(64, -0.5);
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });

  test.each([1, 3])(
    "GIVEN a fill of the last %i beats of a bar as a pickup THEN the bars begin with the groove",
    async (beats) => {
      const played = song(bars(17, 4), () => 112);
      const groove = drums(played, ROCK).filter((hit) => hit.time >= played.beats[4]!.time - 0.01);
      const fill = played.beats.slice(4 - beats, 4).flatMap(({ time }): Hit[] =>
        [0, 0.25].map((part) => ({
          time: time + part * (60 / 112),
          piece: "tomMid",
          velocity: 0.7,
          confidence: 0.9,
        })),
      );
      const crash: Hit = { time: played.beats[4]!.time, piece: "crash", velocity: 0.9, confidence: 0.9 };
      const answer = await track(activations(played, deaf), [...fill, crash, ...groove]);
      expect(found(played.beats.slice(4 - beats), answer.beats)).toBeGreaterThan(0.95);
    },
  );

  test("GIVEN a tempo that rises by a quarter THEN the bars go on", async () => {
    const played = song(bars(32, 4), (second) => 96 + Math.min(24, second / 2.5));
    const { beats } = await track(activations(played, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN rubato, a tempo that comes and goes by a tenth THEN the bars go on", async () => {
    const played = song(bars(32, 4), (second) => 104 + 10 * Math.sin(second / 4));
    const { beats } = await track(activations(played, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN four bars in which nobody plays THEN the bars after them are where they were", async () => {
    const played = song(bars(24, 4), () => 108);
    const [from, to] = [played.beats[40]!.time - 0.05, played.beats[56]!.time - 0.05];
    const heard = activations({ ...played, beats: played.beats.filter(({ time }) => time < from || time > to) }, deaf);
    const hits = drums(played, ROCK).filter(({ time }) => time < from || time > to);
    const { beats } = await track(heard, hits);
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });

  test("GIVEN off-beats that are louder than the beats from the middle on THEN the beats do not slip on to them", async () => {
    const played = song(bars(32, 4), () => 120);
    const middle = played.beats[64]!.time;
    const shifted = played.beats.map((beat) => (beat.time < middle ? beat : { ...beat, time: beat.time + 0.25 }));
    const { beats } = await track(activations({ ...played, beats: shifted }, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });
});

test("GIVEN the strokes of the fixture THEN the run time sees and answers what the training does", async () => {
  const fixture = JSON.parse(readFileSync("tests/fixtures/counter.json", "utf8"));
  const { downbeat, level } = await count(fixture.beats, fixture.hits);
  for (const [i, logit] of downbeat.entries()) expect(logit).toBeCloseTo(fixture.downbeat[i], 2);
  expect(level.reduce((sum, logit) => sum + logit, 0) / level.length).toBeCloseTo(fixture.level, 2);
});
