import type { CoarseSpectrum } from "@groovesheet/processor/coarse-spectrum.ts";
import type { Place } from "@groovesheet/processor/track/bars.ts";
import { confirmOddBars, hasOddBarsAlone } from "@groovesheet/processor/track/odd-bars.ts";
import { track } from "@groovesheet/processor/track/track.ts";
import { describe, expect, test } from "vitest";
import { activations, bars, drums, found, type Pattern, type Song, song } from "./songs.ts";

const ROCK: Pattern = {
  kick: "x... .... x.x. ....",
  snare: ".... x... .... x...",
  hihatClosed: "x.x. x.x. x.x. x.x.",
};

const places = (meters: readonly number[]): Place[] =>
  meters.flatMap((beatsPerBar) => Array.from({ length: beatsPerBar }, (_, i) => ({ position: i + 1, beatsPerBar })));
/** Evidence of the downbeats in bars of these lengths, 0 from one beat to another. */
const evidence = (meters: readonly number[], silent: readonly [number, number] = [0, 0]) =>
  places(meters).map(({ position }, i) => (i >= silent[0] && i < silent[1] ? 0 : position === 1 ? 2 : -2));

const odd = [...bars(12, 4), 2, ...bars(12, 4)];

describe("odd bars", () => {
  test("a bar of two that both sides confirm stays", () => {
    expect(confirmOddBars(places(odd), () => evidence(odd))).toEqual(places(odd));
  });

  test.each([2, 5, 7])("a bar of %i that the bars after it do not confirm is counted in four", (length) => {
    const counted = places([...bars(12, 4), length, ...bars(8, 4)]);
    const regular = evidence(bars(24, 4)).slice(0, counted.length);
    const kept = confirmOddBars(counted, () => regular);
    expect(new Set(kept.map(({ beatsPerBar }) => beatsPerBar))).toEqual(new Set([4]));
    expect(kept.map(({ position }) => position)).toEqual(counted.map((_, i) => (i % 4) + 1));
  });

  test("silence after an odd bar does not confirm it", () => {
    const counted = places([...bars(12, 4), 2, ...bars(10, 4)]);
    const kept = confirmOddBars(counted, () => evidence([...bars(12, 4), 2, ...bars(10, 4)], [50, 90]));
    expect(new Set(kept.map(({ beatsPerBar }) => beatsPerBar))).toEqual(new Set([4]));
  });

  test("a bridge in three is another meter and stays", () => {
    const bridge = [...bars(12, 4), ...bars(8, 3), ...bars(12, 4)];
    expect(confirmOddBars(places(bridge), () => evidence(bridge))).toEqual(places(bridge));
  });
});

test.each([
  ["one meter throughout", bars(24, 4), false],
  ["a bar of two", odd, true],
  ["two odd bars", [...bars(12, 4), 2, ...bars(8, 4), 5, ...bars(8, 4)], true],
  ["a bridge in three", [...bars(12, 4), ...bars(8, 3), ...bars(12, 4)], false],
  ["an end in three", [...bars(12, 4), 3], false],
  ["no bars", [], false],
] as const)("%s: whether a song has odd bars alone", (_, meters, expected) => {
  expect(hasOddBarsAlone(places(meters))).toBe(expected);
});

/** A spectrum that changes with the bars: one chord each. */
function chords({ beats, seconds }: Song): CoarseSpectrum {
  const [fps, bands] = [10, 6];
  const starts = beats.filter(({ position }) => position === 1).map(({ time }) => time);
  const values = Array.from({ length: Math.ceil(seconds * fps) }, (_, frame) => {
    const bar = starts.filter((time) => time <= frame / fps + 1e-6).length;
    const melody = (band: number) => Math.sin(frame * frame + 7 * band); // changes all the time
    return Array.from({ length: bands }, (_, band) => ((bar * 5) % bands === band ? 0.72 : 0) + melody(band));
  });
  return { fps, bands, values: Float32Array.from(values.flat()) };
}

describe("changes of meter in a song", () => {
  test("a bar of two that the chords show is found, although both halves of the drums' bar are alike", async () => {
    const played = song([...bars(20, 4), 2, ...bars(20, 4)], () => 126);
    const heard = { ...activations(played, { hearsBars: false }), spectrum: chords(played) };
    const { beats } = await track(heard, drums(played, { ...ROCK, kick: "x... .... x... ...." }));
    expect(found(played.beats, beats)).toBeGreaterThan(0.9);
  });

  test.each([
    ["a bar of two before the chorus", [...bars(16, 4), 2, ...bars(16, 4)]],
    ["riffs in seven", bars(24, 7)],
  ] as const)("%s is found", async (_, meters) => {
    const played = song(meters, () => 126);
    expect(found(played.beats, (await track(activations(played), drums(played, ROCK))).beats)).toBeGreaterThan(0.95);
  });

  test("a bridge in three with a waltz is found", async () => {
    const played = song([...bars(16, 4), ...bars(16, 3), ...bars(16, 4)], () => 126);
    const [from, to] = [played.beats[64]!.time - 0.05, played.beats[112]!.time - 0.05];
    const isBridge = ({ time }: { time: number }) => time > from && time < to;
    const hits = [
      ...drums(played, ROCK).filter((hit) => !isBridge(hit)),
      ...drums(played, { kick: "x. .. ..", snare: ".. x. x.", hihatClosed: "xx xx xx" }).filter(isBridge),
    ].toSorted((a, b) => a.time - b.time);
    expect(found(played.beats, (await track(activations(played), hits)).beats)).toBeGreaterThan(0.95);
  });

  test("bars stay where the drums enter late and stop early", async () => {
    const played = song(bars(40, 4), () => 118);
    const [enter, stop] = [played.beats[34]!.time - 0.05, played.beats[120]!.time - 0.05];
    const hits = drums(played, ROCK).filter(({ time }) => time > enter && time < stop);
    const { beats } = await track(activations(played), hits);
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });

  test("a count-in on the hi-hat is a bar", async () => {
    const played = song(bars(24, 4), () => 132);
    const hits = drums(played, ROCK).filter(({ time }) => time > played.beats[4]!.time - 0.05);
    const count = played.beats.slice(0, 4).map(({ time }) => ({
      time,
      piece: "hihatClosed" as const,
      velocity: 0.8,
      confidence: 0.9,
    }));
    const { beats } = await track(activations(played, { hearsBars: false }), [...count, ...hits]);
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });
});
