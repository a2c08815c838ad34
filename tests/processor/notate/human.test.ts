import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { describe, expect, test } from "vitest";
import { perform, type Song, withOptions } from "./performances.ts";

/** Deviation of a practised player from the meant time, in seconds; each limb has an offset of its own. */
const deviation = 0.01;
const limbOffset = 0.005;

const songs: Readonly<Record<string, Song>> = {
  eighths: { bars: ["[kh]h [sh]h [kh][kh] [sh]h", "[kh]h [sh]hhk [kh][kh] [sh]o", "[kc]h [sh].[h]k [kh]h [sh]h"] },
  sixteenths: { bars: ["[kh]hgg [sh]gh. [kh].hg [sh].hg", "[kh]hhh [sh]hh[hk] h[hk]hh [sh]hh[o]"] },
  shuffle: { bars: ["[kd]d [sd]d [kd]d [sd]d", "[kd] [sd]d [kd] [sd]d", "[kd]d [sd]d 123 444"], swing: 2 / 3 },
  "light swing": { bars: ["[kd]d [sd]d [kd]d [sd]d", "[kd] [sd]d [kd] [sd]d"], swing: 0.61 },
  "triplet fills": { bars: ["[kh]h [sh]h [kh][kh] [sh]h", "[kh]h [sh]h 111 444", "sss sss 123 444"] },
  "6/8": { meter: "6/8", dotted: true, bars: ["[kh]hh [sh]hh", "[kh]h.hhh [sh].h", "[kh]hh [sh]ss"] },
};

/** Normally distributed numbers that are the same in every run. */
function* gaussian(): Generator<number, never> {
  let state = 1;
  for (;;) {
    let sum = -6;
    for (let i = 0; i < 12; i++) {
      state = (state * 1103515245 + 12345) % 2147483648;
      sum += state / 2147483648;
    }
    yield sum;
  }
}

function humanise(performance: DrumPerformance): { played: DrumPerformance; meant: Map<Hit, Hit> } {
  const random = gaussian();
  const offsets = new Map<string, number>();
  const meant = new Map<Hit, Hit>();
  for (const hit of performance.hits) {
    if (!offsets.has(hit.piece)) offsets.set(hit.piece, limbOffset * random.next().value);
    const late = offsets.get(hit.piece)! + deviation * random.next().value;
    meant.set({ ...hit, time: Math.max(0, hit.time + late) }, hit);
  }
  return { played: { ...performance, hits: [...meant.keys()] }, meant };
}

/** The written place of each hit, in whole notes from the first measure, by its time and piece. */
function places(score: Score): Map<string, number> {
  const found = new Map<string, number>();
  let start = 0;
  for (const measure of score.measures) {
    for (const { onset, notes } of measure.voices.flatMap((voice) => voice.events)) {
      for (const note of notes) found.set(`${note.piece} ${note.time}`, start + onset.valueOf());
    }
    start += measure.length.valueOf();
  }
  return found;
}

describe("a player's timing", () => {
  test.each(Object.entries(songs))("when %s are played, what was meant is written", (_, song) => {
    let right = 0;
    let all = 0;
    for (const bpm of [70, 100, 140]) {
      const exact = perform({ ...song, bpm: song.dotted ? bpm * 0.6 : bpm, bars: Array(4).fill(song.bars).flat() });
      const { played, meant } = humanise(exact);
      const expected = places(notate(exact, withOptions()));
      const written = places(notate(played, withOptions()));
      for (const [hit, intention] of meant) {
        all++;
        const place = written.get(`${hit.piece} ${hit.time}`);
        if (place === expected.get(`${intention.piece} ${intention.time}`)) right++;
      }
    }
    expect(right / all).toBeGreaterThan(0.97);
  });
});
