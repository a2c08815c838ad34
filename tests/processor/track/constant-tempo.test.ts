import { track } from "@groovesheet/processor/track/track.ts";
import { describe, expect, test } from "vitest";
import { activations, bars, drums, found, type Pattern, type Song, song } from "./songs.ts";

const ROCK: Pattern = {
  kick: "x... .... x.x. ....",
  snare: ".... x... .... x...",
  hihatClosed: "x.x. x.x. x.x. x.x.",
};

/** A song at one tempo of which nothing is detected or played from one bar to another. */
function withSilence(played: Song, from: number, to: number) {
  const [start, end] = [played.beats[4 * from]!.time - 0.05, played.beats[4 * to]!.time - 0.05];
  const sounds = ({ time }: { time: number }) => time < start || time > end;
  return {
    heard: activations({ ...played, beats: played.beats.filter(sounds) }, { hearsBars: false }),
    hits: drums(played, ROCK).filter(sounds),
  };
}

/** The longest and the shortest beat, relative to the median. */
function spread(beats: Song["beats"]): number {
  const intervals = beats.slice(1).map(({ time }, i) => time - beats[i]!.time);
  return Math.max(...intervals) / Math.min(...intervals) - 1;
}

describe("a constant tempo", () => {
  test("all beats of a song to a click lie on one line", async () => {
    const played = song(bars(40, 4), () => 123.4);
    const { beats, tempo } = await track(activations(played, { noise: 0.15 }), drums(played, ROCK));
    expect(tempo).toBeCloseTo(123.4, 1);
    expect(spread(beats)).toBeLessThan(1e-6);
    expect(found(played.beats, beats)).toBeGreaterThan(0.98);
  });

  test.each([8, 15])("the line bridges a silence of %i bars", async (silent) => {
    const played = song(bars(60, 4), () => 190);
    const { heard, hits } = withSilence(played, 20, 20 + silent);
    const { beats } = await track(heard, hits);
    expect(spread(beats)).toBeLessThan(1e-6);
    expect(found(played.beats, beats)).toBeGreaterThan(0.98);
  });

  test("off-beats as strong as the beats do not hide it", async () => {
    const played = song(bars(40, 4), () => 125);
    const { beats } = await track(activations(played, { between: [0.5], hearsBars: false }), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.98);
  });

  test("it has the beats, not the places between, where the user gave the tempo", async () => {
    const played = song(bars(40, 4), () => 125);
    const heard = activations(played, { between: [0.5], hearsBars: false });
    const { beats } = await track(heard, drums(played, ROCK), { bpm: 125 });
    expect(found(played.beats, beats)).toBeGreaterThan(0.98);
  });

  test.each([
    ["a slow acceleration", (second: number) => 100 + second / 4],
    ["rubato of a twentieth", (second: number) => 110 + 5.5 * Math.sin(second / 5)],
  ] as const)("%s is no constant tempo", async (_, bpm) => {
    const played = song(bars(40, 4), bpm);
    const { beats } = await track(activations(played), drums(played, ROCK));
    expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  });
});

describe("the tempo level", () => {
  test.each([170, 200, 220])("a polka of kick and snare in eighths at %i keeps its tempo", async (bpm) => {
    const played = song(bars(48, 2), () => bpm);
    const { tempo, meter } = await track(
      activations(played, { hearsBars: false }),
      drums(played, { kick: "x. x.", snare: ".x .x" }),
    );
    expect(tempo).toBeCloseTo(bpm, 0);
    expect(["2/4", "4/4"]).toContain(meter);
  });

  test("a ballad at 95 with a snare on three and sixteenths is not written at 47 in 32nds", async () => {
    const played = song(bars(32, 4), () => 95);
    const { tempo } = await track(
      activations(played, { hearsBars: false }),
      drums(played, { kick: "x..x .... ..x. ....", snare: ".... .... x... ....", hihatClosed: "xxxx x.x. xxxx x.xx" }),
    );
    expect(tempo).toBeCloseTo(95, 0);
  });

  test.each([
    ["two thirds", 2 / 3],
    ["three halves", 3 / 2],
  ] as const)("a faint pulse at %s of the tempo is corrected", async (_, ratio) => {
    const played = song(bars(40, 4), () => 120);
    const pulse = song(bars(Math.round(40 * ratio), 4), () => 120 * ratio);
    const { tempo } = await track(activations(pulse, { hearsBars: false, strength: 0.4 }), drums(played, ROCK));
    expect(tempo).toBeCloseTo(120, 0);
  });
});
