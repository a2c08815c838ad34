import type { Hit } from "@groovesheet/jobs/performance.ts";
import { track } from "@groovesheet/processor/track/track.ts";
import { describe, expect, test } from "vitest";
import { activations, bars, FPS, found, song } from "./songs.ts";

describe("meters", () => {
  test.each([3, 4, 5, 6, 7])("meter, beats and downbeats of a song with %i beats a bar are right", async (meter) => {
    const played = song(bars(16, meter), () => 118);
    const { beats, tempo, meter: name } = await track(activations(played), []);
    expect(name).toBe(`${meter}/4`);
    expect(tempo).toBeCloseTo(118, -0.5);
    expect(found(played.beats, beats)).toBeGreaterThan(0.97);
  });

  test("bar lines follow a change from four to three beats a bar", async () => {
    const played = song([...bars(12, 4), ...bars(16, 3)], () => 120);
    expect(found(played.beats, (await track(activations(played), [])).beats)).toBeGreaterThan(0.95);
  });

  test("beats that all divide in three make a compound meter", async () => {
    const played = song(bars(16, 2), () => 70);
    const hits = played.beats.flatMap(({ time }) =>
      [0, 1 / 3, 2 / 3].map(
        (part): Hit => ({ time: time + (part * 60) / 70, piece: "hihatClosed", velocity: 0.6, confidence: 1 }),
      ),
    );
    expect((await track(activations(played), hits)).meter).toBe("6/8");
  });

  test("a shuffle has a simple meter", async () => {
    const played = song(bars(16, 4), () => 110);
    const hits = played.beats.flatMap(({ time }) =>
      [0, 2 / 3].map((part): Hit => ({ time: time + (part * 60) / 110, piece: "ride", velocity: 0.6, confidence: 1 })),
    );
    expect((await track(activations(played), hits)).meter).toBe("4/4");
  });
});

describe("tempi", () => {
  test.each([45, 60, 90, 140, 180, 230])("a tempo of %i beats a minute is found", async (bpm) => {
    const played = song(bars(12, 4), () => bpm);
    expect(Math.abs((await track(activations(played), [])).tempo / bpm - 1)).toBeLessThan(0.02);
  });

  test("every beat is found while the tempo rises by a third", async () => {
    const played = song(bars(30, 4), (second) => 100 + Math.min(33, second / 2));
    expect(found(played.beats, (await track(activations(played), [])).beats)).toBeGreaterThan(0.95);
  });

  test("the pulse continues through missing and false beats", async () => {
    const played = song(bars(24, 4), () => 124);
    expect(
      found(played.beats, (await track(activations(played, { strength: 0.7, noise: 0.15 }), [])).beats),
    ).toBeGreaterThan(0.95);
  });
});

describe("priors", () => {
  test("a given double tempo doubles the beats", async () => {
    const played = song(bars(16, 4), () => 80);
    expect((await track(activations(played, { strength: 0.5 }), [], { bpm: 160 })).tempo).toBeCloseTo(160, -1);
  });

  test("bars are counted in a given meter", async () => {
    const played = song(bars(18, 4), () => 100);
    const { beats, meter } = await track(activations(played), [], { meter: "3/4" });
    expect(meter).toBe("3/4");
    expect(Math.max(...beats.map((beat) => beat.position))).toBe(3);
  });

  test("a bar of a given 12/8 has four dotted quarters", async () => {
    const { beats, meter } = await track(activations(song(bars(10, 4), () => 60)), [], { meter: "12/8" });
    expect(meter).toBe("12/8");
    expect(Math.max(...beats.map((beat) => beat.position))).toBe(4);
  });
});

test("silence has no beats and a default tempo", async () => {
  const nothing = { fps: FPS, beat: new Float32Array(500), downbeat: new Float32Array(500) };
  expect(await track(nothing, [])).toMatchObject({ beats: [], tempo: 120 });
});

test("beats begin with the music after five seconds of silence", async () => {
  const played = song(bars(8, 4), () => 120, 5);
  const { beats } = await track(activations(played), []);
  expect(beats[0]!.time).toBeGreaterThan(4.9);
  expect(beats[0]!.position).toBe(1);
});

describe("the beginning", () => {
  test("the pulse extends back to hits before the first detected beat and no further", async () => {
    const played = song(bars(16, 4), () => 120);
    const heard = activations(played);
    heard.beat.fill(0, 0, 2.4 * FPS);
    const hits = played.beats.map(({ time }): Hit => ({ time, piece: "kick", velocity: 0.8, confidence: 1 }));
    const { beats } = await track(heard, hits);
    expect(beats[0]!.time).toBeCloseTo(played.beats[0]!.time, 1);
    expect(beats).toHaveLength(played.beats.length);
  });
});
