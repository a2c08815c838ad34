import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Place } from "@groovesheet/processor/track/bars.ts";
import * as counting from "@groovesheet/processor/track/bars.ts";
import { alignDownbeats } from "@groovesheet/processor/track/downbeat-phase.ts";
import { describe, expect, test } from "vitest";
import { bars } from "./songs.ts";

/** Logits that name the first beat of each bar, as surely as `sure`. */
function logits(meters: readonly number[], sure = 2): number[] {
  return meters.flatMap((meter) => Array.from({ length: meter }, (_, index) => (index === 0 ? sure : -sure)));
}

const positions = (places: readonly Place[]) => places.map((place) => place.position);
const counted = (meters: readonly number[]) =>
  meters.flatMap((meter) => Array.from({ length: meter }, (_, i) => i + 1));

/** Counts bars by evidence that is the same for bars of all lengths. */
function countBars(downbeat: readonly number[], isCompound: boolean, given?: number): Place[] {
  return counting.countBars(downbeat.length, () => downbeat, isCompound, given);
}

describe("counting bars", () => {
  test.each([2, 3, 4, 5, 6, 7])("bars of %i beats are counted in their meter", (meter) => {
    expect(positions(countBars(logits(bars(12, meter)), false))).toEqual(counted(bars(12, meter)));
  });

  test("a song with equally strong first and third beats is in four, not in two", () => {
    const half = bars(24, 2).flatMap(() => [1, -2]);
    expect(new Set(countBars(half, false).map((place) => place.beatsPerBar))).toEqual(new Set([4]));
  });

  test("half bars of which every third is slightly stronger are in four, not in six", () => {
    const alike = bars(36, 2).flatMap((_, i) => [i % 3 === 0 ? 0.4 : -0.9, -3]);
    expect(new Set(countBars(alike, false).map((place) => place.beatsPerBar))).toEqual(new Set([4]));
  });

  test("after a pickup of one beat the first bar begins on the second beat", () => {
    expect(positions(countBars([-2, ...logits(bars(8, 4))], false)).slice(0, 3)).toEqual([4, 1, 2]);
  });

  test("bars continue through sixteen beats without evidence", () => {
    const heard = logits(bars(16, 4)).map((logit, i) => (i >= 20 && i < 36 ? 0 : logit));
    expect(positions(countBars(heard, false))).toEqual(counted(bars(16, 4)));
  });

  test("the meter changes from four to three where the bars do", () => {
    const meters = [...bars(12, 4), ...bars(16, 3)];
    expect(positions(countBars(logits(meters), false))).toEqual(counted(meters));
  });

  test("one false downbeat does not move the bars", () => {
    const heard = logits(bars(16, 4)).map((logit, i) => (i === 30 ? 2 : logit));
    expect(positions(countBars(heard, false))).toEqual(counted(bars(16, 4)));
  });

  test("alternately stressed beats that divide in three are in two", () => {
    const heard = logits(bars(24, 2), 0.5);
    expect(countBars(heard, true)[0]!.beatsPerBar).toBe(2);
  });

  test("similar beats that divide in three are in two, not in four", () => {
    const alike = bars(24, 2).flatMap((_, i) => [i % 2 === 0 ? 0.5 : -0.7, -3]);
    expect(new Set(countBars(alike, true).map((place) => place.beatsPerBar))).toEqual(new Set([2]));
  });

  test("a given meter is kept", () => {
    expect(countBars(logits(bars(12, 4)), false, 3)[0]!.beatsPerBar).toBe(3);
  });
});

describe("the beat on which the drums enter", () => {
  const times = Array.from({ length: 64 }, (_, i) => 1 + i / 2);
  const firstHit = (beat: number): Hit[] => [{ time: times[beat]!, piece: "kick", velocity: 0.8, confidence: 1 }];
  /** bars found two beats late */
  const late: Place[] = times.map((_, i) => ({ position: ((i + 2) % 4) + 1, beatsPerBar: 4 }));
  const halfBars = (first: number) => times.map((_, i) => (i % 4 === 0 ? first : i % 4 === 2 ? 0.5 : -2));

  test("the entry decides between similar halves of bars", () => {
    expect(positions(alignDownbeats(late, () => halfBars(0.3), times, firstHit(0))).slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  test("the entry does not override clearly different halves of bars", () => {
    expect(alignDownbeats(late, () => halfBars(-2), times, firstHit(0))).toEqual(late);
  });

  test("a first hit between two beats is no evidence, and the bars still go by the mean of the song", () => {
    const hits = firstHit(0).map((hit) => ({ ...hit, time: hit.time + 0.25 }));
    expect(alignDownbeats(late, () => halfBars(0), times, hits)).toEqual(late);
    expect(positions(alignDownbeats(late, () => halfBars(0.6), times, hits)).slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  test("the entry does not move the bars of a later meter", () => {
    const waltz = late.slice(0, 30).map((_, i) => ({ position: (i % 3) + 1, beatsPerBar: 3 }));
    const places = [...late.slice(0, 34), ...waltz];
    expect(alignDownbeats(places, () => halfBars(0), times, firstHit(0)).slice(34)).toEqual(waltz);
  });
});
