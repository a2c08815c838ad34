import type { Hit } from "@groovesheet/jobs/performance.ts";
import { track } from "@groovesheet/processor/track/track.ts";
import { describe, expect, test } from "vitest";
import { activations, bars, FPS, found, song } from "./songs.ts";

describe("meters", () => {
  test.each([3, 4, 5, 6, 7])(
    "GIVEN a song of %i beats a bar THEN meter, beats and downbeats are right",
    async (meter) => {
      const played = song(bars(16, meter), () => 118);
      const { beats, tempo, meter: name } = await track(activations(played), []);
      expect(name).toBe(`${meter}/4`);
      expect(tempo).toBeCloseTo(118, -0.5);
      expect(found(played.beats, beats)).toBeGreaterThan(0.97);
    },
  );

  test("GIVEN a change from four to three beats a bar THEN the bar lines follow", async () => {
    const played = song([...bars(12, 4), ...bars(16, 3)], () => 120);
    expect(found(played.beats, (await track(activations(played), [])).beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN beats that all divide in three THEN the meter is compound, counted in dotted quarters", async () => {
    const played = song(bars(16, 2), () => 70);
    const hits = played.beats.flatMap(({ time }) =>
      [0, 1 / 3, 2 / 3].map(
        (part): Hit => ({ time: time + (part * 60) / 70, piece: "hihatClosed", velocity: 0.6, confidence: 1 }),
      ),
    );
    expect((await track(activations(played), hits)).meter).toBe("6/8");
  });

  test("GIVEN a shuffle, the last third only THEN the meter stays simple", async () => {
    const played = song(bars(16, 4), () => 110);
    const hits = played.beats.flatMap(({ time }) =>
      [0, 2 / 3].map((part): Hit => ({ time: time + (part * 60) / 110, piece: "ride", velocity: 0.6, confidence: 1 })),
    );
    expect((await track(activations(played), hits)).meter).toBe("4/4");
  });
});

describe("tempi", () => {
  test.each([45, 60, 90, 140, 180, 230])("GIVEN %i beats a minute THEN that is the tempo", async (bpm) => {
    const played = song(bars(12, 4), () => bpm);
    expect(Math.abs((await track(activations(played), [])).tempo / bpm - 1)).toBeLessThan(0.02);
  });

  test("GIVEN a tempo that rises by a third THEN every beat is followed", async () => {
    const played = song(bars(30, 4), (second) => 100 + Math.min(33, second / 2));
    expect(found(played.beats, (await track(activations(played), [])).beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN lost and false beats THEN the pulse goes on", async () => {
    const played = song(bars(24, 4), () => 124);
    expect(
      found(played.beats, (await track(activations(played, { strength: 0.7, noise: 0.15 }), [])).beats),
    ).toBeGreaterThan(0.95);
  });
});

describe("priors", () => {
  test("GIVEN the double tempo as a prior THEN twice as many beats are counted", async () => {
    const played = song(bars(16, 4), () => 80);
    expect((await track(activations(played, { strength: 0.5 }), [], { bpm: 160 })).tempo).toBeCloseTo(160, -1);
  });

  test("GIVEN a meter as a prior THEN bars are counted in it", async () => {
    const played = song(bars(18, 4), () => 100);
    const { beats, meter } = await track(activations(played), [], { meter: "3/4" });
    expect(meter).toBe("3/4");
    expect(Math.max(...beats.map((beat) => beat.position))).toBe(3);
  });

  test("GIVEN 12/8 as a prior THEN four dotted quarters make a bar", async () => {
    const { beats, meter } = await track(activations(song(bars(10, 4), () => 60)), [], { meter: "12/8" });
    expect(meter).toBe("12/8");
    expect(Math.max(...beats.map((beat) => beat.position))).toBe(4);
  });
});

test("GIVEN no sound at all THEN there are no beats, and a tempo all the same", async () => {
  const nothing = { fps: FPS, beat: new Float32Array(500), downbeat: new Float32Array(500) };
  expect(await track(nothing, [])).toMatchObject({ beats: [], tempo: 120 });
});

test("GIVEN five seconds of silence first THEN the beats begin with the music", async () => {
  const played = song(bars(8, 4), () => 120, 5);
  const { beats } = await track(activations(played), []);
  expect(beats[0]!.time).toBeGreaterThan(4.9);
  expect(beats[0]!.position).toBe(1);
});

describe("the beginning", () => {
  test("GIVEN strokes before the first beat that is heard THEN the pulse goes back to them, not before", async () => {
    const played = song(bars(16, 4), () => 120);
    const heard = activations(played);
    heard.beat.fill(0, 0, 2.4 * FPS);
    const hits = played.beats.map(({ time }): Hit => ({ time, piece: "kick", velocity: 0.8, confidence: 1 }));
    const { beats } = await track(heard, hits);
    expect(beats[0]!.time).toBeCloseTo(played.beats[0]!.time, 1);
    expect(beats).toHaveLength(played.beats.length);
  });
});
