import { PIECES } from "@groovesheet/jobs/pieces.ts";
import { synthesisePerformance } from "@groovesheet/processor/audition/audition.ts";
import { synthesiseHit } from "@groovesheet/processor/audition/kit.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import { expect, test } from "vitest";
import { perform, withOptions } from "../notate/performances.ts";

const rate = 44_100;
const energy = (sound: Float32Array, from: number, to: number) =>
  sound.subarray(Math.round(from * rate), Math.round(to * rate)).reduce((sum, value) => sum + value * value, 0);

test.each(PIECES)("a hit of the %s starts at once, decays and stays within full scale", (piece) => {
  const hit = synthesiseHit(piece, rate);
  expect(energy(hit, 0, 0.03)).toBeGreaterThan(0.5);
  expect(hit.every((value) => Math.abs(value) < 2)).toBe(true);
  expect(Math.max(...hit.slice(-100).map(Math.abs))).toBeLessThan(0.01);
});

test("each hit of a score sounds at its time, and nothing sounds before the first", () => {
  const performance = perform({ bars: ["k s k ss", "k s k s"], bpm: 80 });
  const sound = synthesisePerformance(notate(performance, withOptions()), performance.duration, rate);
  expect(sound).toHaveLength(Math.round(performance.duration * rate));
  expect(energy(sound, 0, performance.hits[0]!.time - 0.001)).toBe(0);
  for (const { time } of performance.hits) {
    expect(energy(sound, time, time + 0.02)).toBeGreaterThan(4 * energy(sound, time - 0.02, time));
  }
});

test("softer hits sound softer", () => {
  const performance = perform({ bars: [". s . g"], bpm: 60 });
  const [loud, soft] = performance.hits.map(({ time }) => time) as [number, number];
  const sound = synthesisePerformance(notate(performance, withOptions()), performance.duration, rate);
  expect(energy(sound, soft, soft + 0.1)).toBeLessThan(0.2 * energy(sound, loud, loud + 0.1));
});

test("the next hi-hat ends the ringing of an open one", () => {
  const ringing = (bar: string) => {
    const performance = perform({ bars: [bar], bpm: 120 });
    return energy(synthesisePerformance(notate(performance, withOptions()), 3, rate), 1.2, 1.4);
  };
  expect(ringing("o h . .")).toBeLessThan(0.05 * ringing("o . . ."));
});
