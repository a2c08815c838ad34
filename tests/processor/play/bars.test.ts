import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { notateOptionsSchema, playOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Beat, Hit } from "@groovesheet/jobs/performance.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { renotate } from "@groovesheet/processor/pipeline.ts";
import { wavChunks } from "@groovesheet/processor/wav.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  clicksIn,
  darkestUnderMarker,
  type HeardClick,
  soundOf,
  type VideoFrame,
  videoFrames,
} from "../../support/video.ts";
import { numberReader } from "../../support/video-numbers.ts";
import { toPerformance } from "../notate/performances.ts";

const RATE = 44_100;
const BEAT = 0.3;
const START = 0.25;
/** Beats in each bar: a pickup of one, then 4/4, 3/4 and 4/4 again. */
const BARS = [1, 4, 4, 4, 4, 3, 3, 3, 3, 3, 4, 4, 4];

interface PlayedBeat extends Beat {
  /** 0 in the pickup */
  readonly bar: number;
}

const beats: PlayedBeat[] = BARS.flatMap((count, bar) =>
  Array.from({ length: count }, (_, n) => ({ bar, position: bar === 0 ? 4 : n + 1 })),
).map((beat, n) => ({ ...beat, time: START + n * BEAT }));
const DURATION = beats.at(-1)!.time + 1;
/** Seven beats are counted in: a bar, and three beats before the pickup; the first one is at 0.1 s. */
const COUNTED = 7;
const LEAD = 0.1 - (START - COUNTED * BEAT);

const folder = mkdtempSync(join(tmpdir(), "groovesheet-bars-"));
let frames: VideoFrame[];
let clicks: HeardClick[];

beforeAll(async () => {
  const recording = join(folder, "song.wav");
  const hum = new Float32Array(Math.round(DURATION * RATE)).map((_, i) => {
    const fade = Math.min(1, i / RATE, DURATION - i / RATE); // a step at either end would look like a click
    return 0.05 * fade * Math.sin((2 * Math.PI * 110 * i) / RATE);
  });
  writeFileSync(recording, Buffer.concat([...wavChunks([hum], RATE)]));
  const hits = beats.flatMap(({ time, position }): Hit[] => [
    { time, piece: "hihatClosed", velocity: 0.7, confidence: 1 },
    { time, piece: position === 1 ? "kick" : "snare", velocity: 0.8, confidence: 1 },
  ]);
  const performance = { ...toPerformance(hits, beats, 60 / BEAT, "4/4"), duration: DURATION };
  const { files, score } = await renotate(performance, {
    notate: notateOptionsSchema.parse({}),
    formats: ["video"],
    video: { path: recording, limits: decodeLimits({}), ...playOptionsSchema.parse({ click: "on" }) },
  });
  expect(score.measures.map((measure) => measure.beats.length)).toEqual(BARS);
  expect(score.measures[0]!.pickup).toBe(true);
  const path = join(folder, "video.mp4");
  writeFileSync(path, files[0]!.bytes);
  frames = videoFrames(path);
  clicks = clicksIn(soundOf(path));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shownAt = (time: number) => frames.findLast((frame) => frame.time <= time)!;

test("the marker moves to a note on every beat of the pickup and of both meters", () => {
  for (const [n, { time }] of beats.entries()) {
    const frame = shownAt(time + LEAD + 0.02);
    expect(Math.abs(frame.time - time - LEAD), `beat at ${time} s`).toBeLessThan(0.02);
    // during the count-in, the marker waits on the first beat
    if (n > 0) expect(frame.marker, `marker at ${time} s`).not.toBe(shownAt(time + LEAD - 0.04).marker);
    expect(darkestUnderMarker(frame), `note under the marker at ${time} s`).toBeLessThan(40);
  }
});

test("the number is that of the bar: none in the pickup, one more after four or three beats", async () => {
  const read = await numberReader(BARS.length);
  const numbers = beats.map(({ time }) => read(shownAt(time + LEAD + 0.02)));
  expect(numbers).toEqual(beats.map(({ bar }) => (bar === 0 ? undefined : bar)));
});

test("the count-in and every beat are clicked, and the first beat of each bar is higher", () => {
  const counted = Array.from({ length: COUNTED }, (_, n) => ({ time: 0.1 + n * BEAT, accent: n % 4 === 0 }));
  const played = beats.map(({ time, position }) => ({ time: time + LEAD, accent: position === 1 }));
  const expected = [...counted, ...played];
  expect(clicks.map(({ accent }) => accent)).toEqual(expected.map(({ accent }) => accent));
  for (const [n, { time }] of expected.entries())
    expect(Math.abs(clicks[n]!.time - time), `click ${n}`).toBeLessThan(0.01);
});
