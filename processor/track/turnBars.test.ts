import { expect, test } from "vitest";
import type { Hit, Piece } from "../../jobs/performance.ts";
import type { TrackedBeat } from "./barPointer.ts";
import { turnBars } from "./turnBars.ts";

const FPS = 100;
const PERIOD = 50;

/** Sixteen bars of four whose first beat was found `late` beats after the real one, in a song that is as sure of 1 as of 3. */
function found(late: number, beatsPerBar = 4): TrackedBeat[] {
  return Array.from({ length: 64 }, (_, i) => ({
    frame: 100 + i * PERIOD,
    position: ((i - late + beatsPerBar * 4) % beatsPerBar) + 1,
    beatsPerBar,
  }));
}

function heard(share: (beat: number) => number) {
  const beat = new Float32Array(3500);
  const downbeat = new Float32Array(3500);
  for (let i = 0; i < 64; i++) {
    beat[100 + i * PERIOD] = 0.8;
    downbeat[100 + i * PERIOD] = share(i % 4);
  }
  return { fps: FPS, beat, downbeat };
}

const halfBars = heard((beat) => (beat % 2 === 0 ? 0.6 : 0.1));

function play(pattern: readonly (readonly [beat: number, piece: Piece])[], from = 0): Hit[] {
  return Array.from({ length: 16 - from }, (_, bar) =>
    pattern.map(([beat, piece]) => ({
      time: 1 + ((bar + from) * 4 + beat) * (PERIOD / FPS),
      piece,
      velocity: 0.8,
      confidence: 1,
    })),
  ).flat();
}

const rock: readonly (readonly [number, Piece])[] = [
  [0, "crash"],
  [0, "kick"],
  [1, "snare"],
  [1.5, "kick"],
  [2.5, "kick"],
  [3, "snare"],
];
const symmetric: readonly (readonly [number, Piece])[] = [
  [0, "kick"],
  [1, "snare"],
  [2, "kick"],
  [3, "snare"],
];
const places = (beats: readonly TrackedBeat[]) => beats.slice(0, 4).map((beat) => beat.position);

test.each([0, 1, 2, 3])("GIVEN bars found %i beats late THEN what is played turns them back", (late) => {
  expect(places(turnBars(found(late), halfBars, play(rock)))).toEqual([1, 2, 3, 4]);
});

test("GIVEN a pattern that is the same in both halves THEN the beat on which the drums come in begins a bar", () => {
  expect(places(turnBars(found(2), halfBars, play(symmetric)))).toEqual([1, 2, 3, 4]);
});

test("GIVEN a network that is sure THEN drums that come in on the third beat do not turn the bars", () => {
  const sure = heard((beat) => (beat === 0 ? 0.85 : 0.05));
  const late = play(symmetric).filter((hit) => hit.time >= 2);
  expect(places(turnBars(found(0), sure, late))).toEqual([1, 2, 3, 4]);
});

test("GIVEN bars of three THEN they stay as they are", () => {
  expect(turnBars(found(1, 3), halfBars, play(rock))).toEqual(found(1, 3));
});

test("GIVEN no strokes THEN the network alone decides", () => {
  const sure = heard((beat) => (beat === 0 ? 0.85 : 0.05));
  expect(places(turnBars(found(3), sure, []))).toEqual([1, 2, 3, 4]);
});
