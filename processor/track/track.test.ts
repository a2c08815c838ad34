import { describe, expect, test } from "vitest";
import type { Hit } from "../../jobs/performance.ts";
import { track } from "./track.ts";

const FPS = 100;

interface Song {
  readonly beats: readonly { readonly time: number; readonly position: number }[];
  readonly seconds: number;
}

function song(meters: readonly number[], bpm: (second: number) => number, start = 0.5): Song {
  const beats = [];
  let time = start;
  for (const meter of meters) {
    for (let position = 1; position <= meter; position++) {
      beats.push({ time, position });
      time += 60 / bpm(time);
    }
  }
  return { beats, seconds: time };
}

const bars = (count: number, meter: number) => Array<number>(count).fill(meter);

/** What a network might answer: triangles of ± 3 frames at the beats, weaker ones where `noise` says so. */
function activations({ beats, seconds }: Song, strength = 0.8, noise = 0) {
  const beat = new Float32Array(Math.ceil(seconds * FPS));
  const downbeat = new Float32Array(beat.length);
  const draw = random();
  const mark = (into: Float32Array, time: number, height: number) => {
    for (let n = Math.max(0, Math.ceil(time * FPS - 3)); n < Math.min(into.length, time * FPS + 3); n++) {
      into[n] = Math.max(into[n]!, height * (1 - Math.abs(time * FPS - n) / 3));
    }
  };
  for (const { time, position } of beats) {
    if (draw() < noise) continue;
    mark(beat, time, strength);
    mark(downbeat, time, position === 1 ? Math.min(0.95, 1.06 * strength) : 0.1);
  }
  for (let i = 0; i < noise * beats.length; i++) mark(beat, draw() * seconds, 0.5);
  return { fps: FPS, beat, downbeat };
}

function random(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Share of the song's beats that were found within 40 ms at the right place in the bar. */
function found(expected: Song["beats"], got: Song["beats"]): number {
  const hit = ({ time, position }: { time: number; position: number }) =>
    got.some((beat) => Math.abs(beat.time - time) < 0.04 && beat.position === position);
  return expected.filter(hit).length / expected.length;
}

describe("meters", () => {
  test.each([2, 3, 4, 5, 6, 7])("GIVEN a song of %i beats a bar THEN meter, beats and downbeats are right", (meter) => {
    const played = song(bars(16, meter), () => 118);
    const { beats, tempo, meter: name } = track(activations(played), []);
    expect(name).toBe(`${meter}/4`);
    expect(tempo).toBeCloseTo(118, -0.5);
    expect(found(played.beats, beats)).toBeGreaterThan(0.97);
  });

  test("GIVEN a change from four to three beats a bar THEN the bar lines follow", () => {
    const played = song([...bars(12, 4), ...bars(16, 3)], () => 120);
    expect(found(played.beats, track(activations(played), []).beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN beats that all divide in three THEN the meter is compound, counted in dotted quarters", () => {
    const played = song(bars(16, 2), () => 70);
    const hits = played.beats.flatMap(({ time }) =>
      [0, 1 / 3, 2 / 3].map(
        (part): Hit => ({ time: time + (part * 60) / 70, piece: "hihatClosed", velocity: 0.6, confidence: 1 }),
      ),
    );
    expect(track(activations(played), hits).meter).toBe("6/8");
  });

  test("GIVEN a shuffle, the last third only THEN the meter stays simple", () => {
    const played = song(bars(16, 4), () => 110);
    const hits = played.beats.flatMap(({ time }) =>
      [0, 2 / 3].map((part): Hit => ({ time: time + (part * 60) / 110, piece: "ride", velocity: 0.6, confidence: 1 })),
    );
    expect(track(activations(played), hits).meter).toBe("4/4");
  });
});

describe("tempi", () => {
  test.each([45, 60, 90, 140, 180, 230])("GIVEN %i beats a minute THEN that is the tempo", (bpm) => {
    const played = song(bars(12, 4), () => bpm);
    expect(Math.abs(track(activations(played), []).tempo / bpm - 1)).toBeLessThan(0.02);
  });

  test("GIVEN a tempo that rises by a third THEN every beat is followed", () => {
    const played = song(bars(30, 4), (second) => 100 + Math.min(33, second / 2));
    expect(found(played.beats, track(activations(played), []).beats)).toBeGreaterThan(0.95);
  });

  test("GIVEN lost and false beats THEN the pulse goes on", () => {
    const played = song(bars(24, 4), () => 124);
    expect(found(played.beats, track(activations(played, 0.7, 0.15), []).beats)).toBeGreaterThan(0.95);
  });
});

describe("priors", () => {
  test("GIVEN the double tempo as a prior THEN twice as many beats are counted", () => {
    const played = song(bars(16, 4), () => 80);
    expect(track(activations(played, 0.5), [], { bpm: 160 }).tempo).toBeCloseTo(160, -1);
  });

  test("GIVEN a meter as a prior THEN bars are counted in it", () => {
    const played = song(bars(18, 4), () => 100);
    const { beats, meter } = track(activations(played), [], { meter: "3/4" });
    expect(meter).toBe("3/4");
    expect(Math.max(...beats.map((beat) => beat.position))).toBe(3);
  });

  test("GIVEN 12/8 as a prior THEN four dotted quarters make a bar", () => {
    const { beats, meter } = track(activations(song(bars(10, 4), () => 60)), [], { meter: "12/8" });
    expect(meter).toBe("12/8");
    expect(Math.max(...beats.map((beat) => beat.position))).toBe(4);
  });
});

test("GIVEN no sound at all THEN there are no beats, and a tempo all the same", () => {
  const nothing = { fps: FPS, beat: new Float32Array(500), downbeat: new Float32Array(500) };
  expect(track(nothing, [])).toMatchObject({ beats: [], tempo: 120 });
});

test("GIVEN five seconds of silence first THEN the beats begin with the music", () => {
  const played = song(bars(8, 4), () => 120, 5);
  const { beats } = track(activations(played), []);
  expect(beats[0]!.time).toBeGreaterThan(4.9);
  expect(beats[0]!.position).toBe(1);
});
