import { type Clock, performedClock, TICKS_PER_QUARTER } from "@groovesheet/processor/engrave/midi/clock.ts";
import type { Measure } from "@groovesheet/processor/score.ts";
import fc from "fast-check";
import Fraction from "fraction.js";
import { describe, expect, test } from "vitest";

const METERS = [
  [4, 4],
  [3, 4],
  [6, 8],
  [7, 8],
  [2, 2],
] as const;

/** Measures of a steady song whose first one begins at `start`. */
function song(start: number, bpm: number, [beats, beatType]: (typeof METERS)[number], pickup?: Fraction): Measure[] {
  const secondsPerWhole = 240 / bpm;
  let time = start;
  return Array.from({ length: 6 }, (_, i) => {
    const isPickup = i === 0 && pickup !== undefined;
    const length = isPickup ? pickup : new Fraction(beats, beatType);
    const duration = length.valueOf() * secondsPerWhole;
    const measure = {
      number: i + (pickup ? 0 : 1),
      pickup: isPickup,
      meter: { beats, beatType },
      length,
      showMeter: i === 0,
      startTime: time,
      duration,
      beats: [],
      voices: [],
    };
    time += duration;
    return measure;
  });
}

/** @returns seconds at a tick, by the tempo map alone */
function secondsAt({ tempos }: Clock, tick: number): number {
  return tempos.reduce((sum, { tick: from, microsecondsPerBeat }, i) => {
    const to = Math.min(tick, tempos[i + 1]?.tick ?? Number.POSITIVE_INFINITY);
    return sum + (Math.max(0, to - from) * microsecondsPerBeat) / TICKS_PER_QUARTER / 1e6;
  }, 0);
}

const songs = fc.record({
  /** bars before (negative) or after the start of the recording */
  start: fc.double({ min: -1, max: 3, noNaN: true }),
  bpm: fc.double({ min: 60, max: 220, noNaN: true }),
  meter: fc.constantFrom(...METERS),
});

function check(start: number, bpm: number, meter: (typeof METERS)[number], pickup?: Fraction) {
  const bar = ((240 / bpm) * meter[0]) / meter[1];
  const measures = song(start * bar, bpm, meter, pickup);
  const clock = performedClock(measures);
  for (const { microsecondsPerBeat } of clock.tempos) {
    expect(microsecondsPerBeat).toBeGreaterThan(0.5 * (6e7 / bpm));
    expect(microsecondsPerBeat).toBeLessThan(2 * (6e7 / bpm));
  }
  const shortest = (0.6 / 64) * (240 / bpm);
  for (const [i, { startTime }] of measures.entries()) {
    const seconds = secondsAt(clock, clock.measureTicks[i]!);
    expect(Math.abs(seconds - Math.max(0, startTime))).toBeLessThan(i < 2 ? shortest + 1e-4 : 1e-4);
  }
  for (const time of [0, 0.3, 1.234, 2.9]) expect(secondsAt(clock, clock.tickAt(time))).toBeCloseTo(time, 4);
  return clock;
}

describe("performedClock", () => {
  test("starts with the recording, keeps the score's bar lines and stays near the song's tempo", () => {
    fc.assert(
      fc.property(songs, ({ start, bpm, meter }) => {
        check(start, bpm, meter);
      }),
    );
  });

  test("does so for pickups", () => {
    fc.assert(
      fc.property(songs, fc.integer({ min: 1, max: 3 }), ({ start, bpm, meter }, eighths) => {
        check(Math.max(start, -0.05), bpm, meter, new Fraction(eighths, 8));
      }),
    );
  });

  test("shortens a bar that begins before the recording", () => {
    const clock = check(-0.65, 120, [4, 4]);
    expect(clock.measureTicks.slice(0, 2)).toEqual([0, TICKS_PER_QUARTER]);
    expect(clock.signatures.map(({ meter: { beats, beatType } }) => `${beats}/${beatType}`)).toEqual(["1/4", "4/4"]);
  });

  test("puts whole bars before a song that begins late", () => {
    const clock = check(2.04, 120, [4, 4]);
    expect([clock.measureTicks[0], clock.signatures]).toEqual([
      8 * TICKS_PER_QUARTER,
      [{ tick: 0, meter: { beats: 4, beatType: 4 } }],
    ]);
  });

  test("puts a short bar into a short lead-in", () => {
    const clock = check(0.07, 120, [4, 4]);
    expect(clock.signatures.map(({ meter: { beats, beatType } }) => `${beats}/${beatType}`)).toEqual(["1/16", "4/4"]);
  });

  test("completes the bar of a pickup by the silence before it", () => {
    const clock = check(0.75, 120, [4, 4], new Fraction(1, 4));
    expect([clock.measureTicks.slice(0, 2), clock.signatures.length]).toEqual([
      [3 * TICKS_PER_QUARTER, 4 * TICKS_PER_QUARTER],
      1,
    ]);
  });
});
