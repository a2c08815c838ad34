import { beatsOfSections } from "@groovesheet/processor/track/pulse/tempo-sections.ts";
import { track } from "@groovesheet/processor/track/track.ts";
import { expect, test } from "vitest";
import { activations, bars, drums, found, type Pattern, type Song, song } from "./songs.ts";

const ROCK: Pattern = {
  kick: "x... .... x.x. ....",
  snare: ".... x... .... x...",
  hihatClosed: "x.x. x.x. x.x. x.x.",
};

/** A song of several parts, one after the other, with silences between them. */
function inParts(...parts: readonly { bars: number; bpm: (second: number) => number; pause?: number }[]): Song {
  return parts.reduce<Song>(
    (before, part) => {
      const next = song(bars(part.bars, 4), part.bpm, before.seconds + (part.pause ?? 0));
      return { beats: [...before.beats, ...next.beats], seconds: next.seconds };
    },
    { beats: [], seconds: 0.5 },
  );
}

/** Tempi of the bars from the downbeats, rounded to a tenth. */
function tempiOf(beats: Song["beats"]): number[] {
  const starts = beats.filter(({ position }) => position === 1).map(({ time }) => time);
  return starts.slice(1).map((time, i) => Math.round(2400 / (time - starts[i]!)) / 10);
}

const at = (bpm: number) => () => bpm;

test.each([
  ["a little faster", [140, 150]],
  ["much slower", [168, 100]],
  ["slower and back", [132, 108, 132]],
  ["faster twice", [90, 110, 130]],
])("a song that goes on %s has the beats of a line in each section", async (_, tempi) => {
  const played = inParts(...tempi.map((bpm) => ({ bars: 16, bpm: at(bpm) })));
  const { beats } = await track(activations(played, { noise: 0.1 }), drums(played, ROCK));
  expect(found(played.beats, beats)).toBeGreaterThan(0.97);
  const written = tempiOf(beats);
  expect(new Set(written.filter((tempo) => tempi.includes(tempo))).size).toBe(new Set(tempi).size);
  expect(written.filter((tempo) => !tempi.includes(tempo)).length).toBeLessThan(tempi.length);
});

test("a section may follow a rest that is no whole number of beats", async () => {
  const played = inParts({ bars: 16, bpm: at(120) }, { bars: 16, bpm: at(150), pause: 0.7 });
  const { beats } = await track(activations(played), drums(played, ROCK));
  expect(found(played.beats, beats)).toBeGreaterThan(0.97);
});

test("a free introduction does not keep the song from its click", async () => {
  const free = (second: number) => 84 + 8 * Math.sin(second / 2);
  const played = inParts({ bars: 8, bpm: free }, { bars: 24, bpm: at(150) });
  const { beats } = await track(activations(played), drums(played, ROCK));
  expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  expect(tempiOf(beats).filter((tempo) => tempo === 150).length).toBeGreaterThan(20);
});

test("a player who is faster in the refrain by a fiftieth has one pulse", async () => {
  const played = inParts(...[100, 102, 100, 102].map((bpm) => ({ bars: 12, bpm: at(bpm) })));
  const { beats } = await track(activations(played), drums(played, ROCK));
  expect(found(played.beats, beats)).toBeGreaterThan(0.97);
});

test("a tempo that is reached by and by, and then kept, makes no jump", async () => {
  const played = inParts({ bars: 40, bpm: (second) => Math.min(130, 112 + second / 2) });
  const { beats } = await track(activations(played), drums(played, ROCK));
  expect(found(played.beats, beats)).toBeGreaterThan(0.95);
  const tempi = tempiOf(beats);
  const jumps = tempi.slice(1).map((tempo, i) => Math.abs(tempo / tempi[i]! - 1));
  expect(Math.max(...jumps)).toBeLessThan(0.04);
});

test("beats rise where the boundaries of a short section lie close together", () => {
  const line = (first: number, period: number, count: number) => ({
    pulse: Array.from({ length: count }, (_, n) => first + n * period),
    line: { first, period },
  });
  const sections = [line(1, 0.36, 44), line(17, 0.25, 16), line(21.1, 0.6, 30)];
  const silent = { fps: 100, beat: new Float32Array(5000), downbeat: new Float32Array(5000) };
  const beats = beatsOfSections(sections, silent);
  expect(beats.length).toBeGreaterThan(70);
  for (const [i, time] of beats.entries()) if (i > 0) expect(time).toBeGreaterThan(beats[i - 1]!);
});
