import { readFileSync } from "node:fs";
import type { Hit } from "@groovesheet/jobs/performance.ts";
import { classifyBeats } from "@groovesheet/processor/track/counter.ts";
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

/** The listener detects beats and no bars, so that only the drums are evidence of bars. */
const deaf = { hearsBars: false };

async function bpmOf(played: Song, pattern: Pattern, between: readonly number[]): Promise<number> {
  return (await track(activations(played, { ...deaf, between }), drums(played, pattern))).tempo;
}

describe("tempo octave", () => {
  test.each([80, 90, 100])("a groove at %i with off-beats as loud as its beats keeps its tempo", async (bpm) => {
    const tempo = await bpmOf(
      song(bars(16, 4), () => bpm),
      ROCK,
      [0.5],
    );
    expect(tempo / bpm).toBeCloseTo(1, 1);
  });

  test("the missing beats of a rock groove are filled in where only every other one is detected", async () => {
    const played = song(bars(16, 4), () => 150);
    const halves = { ...played, beats: played.beats.filter((_, i) => i % 2 === 0) };
    const { tempo } = await track(activations(halves, deaf), drums(played, ROCK));
    expect(tempo / 150).toBeCloseTo(1, 1);
  });

  test("the beats of a rock groove are found where only every other off-beat is detected", async () => {
    const played = song(bars(24, 4), () => 110);
    const offBeats = played.beats
      .filter((_, i) => i % 2 === 0)
      .map((beat) => ({ ...beat, time: beat.time + 30 / 110 }));
    const { beats } = await track(activations({ ...played, beats: offBeats }, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });
});

describe("bars with evidence in the drums alone", () => {
  test.each([
    ["4/4", 4, 116, ROCK],
    ["3/4", 3, 130, WALTZ],
    ["5/4", 5, 120, FIVE],
  ] as const)("the meter and the bars of a groove in %s are found", async (name, meter, bpm, pattern) => {
    const played = song(bars(20, meter), () => bpm);
    const { meter: answered, beats } = await track(activations(played, deaf), drums(played, pattern));
    expect(answered).toBe(name);
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("6/8 with a beat activation on every eighth is counted in dotted quarters", async () => {
    const played = song(bars(24, 2), () => 64);
    const { meter, tempo, beats } = await track(
      activations(played, { ...deaf, between: [1 / 3, 2 / 3] }),
      drums(played, SIX_EIGHT),
    );
    expect(meter).toBe("6/8");
    expect(tempo).toBeCloseTo(64, -0.5);
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });

  test.each([1, 3])("after a pickup fill of %i beats the bars begin with the groove", async (beats) => {
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
  });

  test("bars continue while the tempo rises by a quarter", async () => {
    const played = song(bars(32, 4), (second) => 96 + Math.min(24, second / 2.5));
    const { beats } = await track(activations(played, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("bars continue in rubato of a tenth", async () => {
    const played = song(bars(32, 4), (second) => 104 + 10 * Math.sin(second / 4));
    const { beats } = await track(activations(played, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("bars continue through four silent bars", async () => {
    const played = song(bars(24, 4), () => 108);
    const [from, to] = [played.beats[40]!.time - 0.05, played.beats[56]!.time - 0.05];
    const heard = activations({ ...played, beats: played.beats.filter(({ time }) => time < from || time > to) }, deaf);
    const hits = drums(played, ROCK).filter(({ time }) => time < from || time > to);
    const { beats } = await track(heard, hits);
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });

  test("beats do not move to off-beats that are louder from the middle on", async () => {
    const played = song(bars(32, 4), () => 120);
    const middle = played.beats[64]!.time;
    const shifted = played.beats.map((beat) => (beat.time < middle ? beat : { ...beat, time: beat.time + 0.25 }));
    const { beats } = await track(activations({ ...played, beats: shifted }, deaf), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });
});

test("the counter answers to the fixture as it did in training", async () => {
  const fixture = JSON.parse(readFileSync("tests/fixtures/counter.json", "utf8"));
  const { downbeat, level } = await classifyBeats(fixture.beats, fixture.hits);
  for (const [i, logit] of downbeat.entries()) expect(logit).toBeCloseTo(fixture.downbeat[i], 2);
  expect(level.reduce((sum, logit) => sum + logit, 0) / level.length).toBeCloseTo(fixture.level, 2);
});
