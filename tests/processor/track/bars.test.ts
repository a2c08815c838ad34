import type { Hit } from "@groovesheet/jobs/performance.ts";
import { countBars, type Place } from "@groovesheet/processor/track/bars.ts";
import { turnBars } from "@groovesheet/processor/track/downbeat-phase.ts";
import { describe, expect, test } from "vitest";
import { bars } from "./songs.ts";

/** Logits that name the first beat of each bar, as surely as `sure`. */
function logits(meters: readonly number[], sure = 2): number[] {
  return meters.flatMap((meter) => Array.from({ length: meter }, (_, index) => (index === 0 ? sure : -sure)));
}

const positions = (places: readonly Place[]) => places.map((place) => place.position);
const counted = (meters: readonly number[]) =>
  meters.flatMap((meter) => Array.from({ length: meter }, (_, i) => i + 1));

describe("counting", () => {
  test.each([2, 3, 4, 5, 6, 7])("GIVEN bars of %i beats THEN they are counted so", (meter) => {
    expect(positions(countBars(logits(bars(12, meter)), false))).toEqual(counted(bars(12, meter)));
  });

  test("GIVEN a song that is as sure of the third beat as of the first THEN it is in four, not in two", () => {
    const half = bars(24, 2).flatMap(() => [1, -2]);
    expect(new Set(countBars(half, false).map((place) => place.beatsPerBar))).toEqual(new Set([4]));
  });

  test("GIVEN halves of bars of which every third stands out a little THEN it is in four, not in six", () => {
    const alike = bars(36, 2).flatMap((_, i) => [i % 3 === 0 ? 0.4 : -0.9, -3]);
    expect(new Set(countBars(alike, false).map((place) => place.beatsPerBar))).toEqual(new Set([4]));
  });

  test("GIVEN a pickup of one beat THEN the first bar begins on the second beat", () => {
    expect(positions(countBars([-2, ...logits(bars(8, 4))], false)).slice(0, 3)).toEqual([4, 1, 2]);
  });

  test("GIVEN sixteen beats of which nothing is heard THEN the bars go on through them", () => {
    const heard = logits(bars(16, 4)).map((logit, i) => (i >= 20 && i < 36 ? 0 : logit));
    expect(positions(countBars(heard, false))).toEqual(counted(bars(16, 4)));
  });

  test("GIVEN four beats a bar and then three THEN the meter changes where the bars do", () => {
    const meters = [...bars(12, 4), ...bars(16, 3)];
    expect(positions(countBars(logits(meters), false))).toEqual(counted(meters));
  });

  test("GIVEN one false downbeat THEN the bars stay", () => {
    const heard = logits(bars(16, 4)).map((logit, i) => (i === 30 ? 2 : logit));
    expect(positions(countBars(heard, false))).toEqual(counted(bars(16, 4)));
  });

  test("GIVEN beats that divide in three and are stressed by turns THEN it is in two", () => {
    const heard = logits(bars(24, 2), 0.5);
    expect(countBars(heard, true)[0]!.beatsPerBar).toBe(2);
  });

  test("GIVEN beats that divide in three and hardly differ THEN it is in two, not in four", () => {
    const alike = bars(24, 2).flatMap((_, i) => [i % 2 === 0 ? 0.5 : -0.7, -3]);
    expect(new Set(countBars(alike, true).map((place) => place.beatsPerBar))).toEqual(new Set([2]));
  });

  test("GIVEN the meter THEN no other is tried", () => {
    expect(countBars(logits(bars(12, 4)), false, 3)[0]!.beatsPerBar).toBe(3);
  });
});

describe("the beat on which the drums come in", () => {
  const times = Array.from({ length: 64 }, (_, i) => 1 + i / 2);
  const stroke = (beat: number): Hit[] => [{ time: times[beat]!, piece: "kick", velocity: 0.8, confidence: 1 }];
  /** bars found two beats late */
  const late: Place[] = times.map((_, i) => ({ position: ((i + 2) % 4) + 1, beatsPerBar: 4 }));
  const halfBars = (first: number) => times.map((_, i) => (i % 4 === 0 ? first : i % 4 === 2 ? 0.5 : -2));

  test("GIVEN halves that are hardly told apart THEN the entry turns the bars", () => {
    expect(positions(turnBars(late, halfBars(0), times, stroke(0))).slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  test("GIVEN halves that are clearly told apart THEN an entry on another beat does not", () => {
    expect(turnBars(late, halfBars(-2), times, stroke(0))).toEqual(late);
  });

  test("GIVEN a first stroke between two beats THEN nothing is turned", () => {
    const hits = stroke(0).map((hit) => ({ ...hit, time: hit.time + 0.25 }));
    expect(turnBars(late, halfBars(0), times, hits)).toEqual(late);
  });

  test("GIVEN another meter later THEN its bars stay", () => {
    const waltz = late.slice(0, 30).map((_, i) => ({ position: (i % 3) + 1, beatsPerBar: 3 }));
    const places = [...late.slice(0, 34), ...waltz];
    expect(turnBars(places, halfBars(0), times, stroke(0)).slice(34)).toEqual(waltz);
  });
});
