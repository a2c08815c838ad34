import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { notateOptionsSchema, playOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { renotate } from "@groovesheet/processor/pipeline.ts";
import { wavChunks } from "@groovesheet/processor/wav.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  clicksIn,
  darkestUnderMarker,
  risingZeros,
  soundOf,
  type VideoFrame,
  videoFrames,
} from "../../support/video.ts";

const RATE = 44_100;
const SPEED = 75;
const PITCH = 220;
/** Beats of a player who slows down and hurries: 24 in six bars of 4/4, from 0.4 s on. */
const BEATS = Array.from({ length: 25 }, (_, n) => 0.4 + 0.5 * n + 0.09 * Math.sin(n / 3));
/** One bar is counted in at the tempo of the first bar, with 0.1 s before it; the rest is the recording's own time. */
const LEAD = 0.1 - (BEATS[0]! - (BEATS[4]! - BEATS[0]!));
const videoTime = (time: number) => ((time + LEAD) * 100) / SPEED;

const folder = mkdtempSync(join(tmpdir(), "groovesheet-video-"));
let path: string;
let frames: VideoFrame[];
let sound: Float32Array;

beforeAll(async () => {
  const recording = join(folder, "song.wav");
  const samples = new Float32Array(13 * RATE).map((_, i) => {
    const fade = Math.min(1, i / RATE, 13 - i / RATE); // a step at either end would look like a click
    return 0.2 * fade * Math.sin((2 * Math.PI * PITCH * i) / RATE);
  });
  writeFileSync(recording, Buffer.concat([...wavChunks([samples], RATE)]));
  const video = {
    path: recording,
    limits: decodeLimits({}),
    ...playOptionsSchema.parse({ speed: SPEED, click: "on" }),
  };
  const { files, notices } = await renotate(performance(), {
    notate: notateOptionsSchema.parse({ title: "Rubato" }),
    formats: ["video"],
    video,
  });
  expect(files.map(({ suffix, mediaType }) => [suffix, mediaType])).toEqual([[".play-along.mp4", "video/mp4"]]);
  expect(notices).toEqual([]);
  path = join(folder, "video.mp4");
  writeFileSync(path, files[0]!.bytes);
  frames = videoFrames(path);
  sound = soundOf(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the marker reaches each of twenty random beats within 40 ms, and stands on a note", () => {
  const moves = frames.filter(({ marker }, index) => marker !== undefined && marker !== frames[index - 1]?.marker);
  for (let n = 0; n < 20; n++) {
    const beat = BEATS[1 + Math.floor(Math.random() * 23)]!;
    const nearest = moves.reduce((best, move) =>
      Math.abs(move.time - videoTime(beat)) < Math.abs(best.time - videoTime(beat)) ? move : best,
    );
    expect(Math.abs(nearest.time - videoTime(beat)), `beat at ${beat} s`).toBeLessThan(0.04);
    expect(darkestUnderMarker(nearest), `note under the marker at ${beat} s`).toBeLessThan(40);
  }
});

test("the count-in and every beat are clicked within 10 ms", () => {
  const usual = (BEATS[4]! - BEATS[0]!) / 4;
  const counted = [4, 3, 2, 1].map((n) => videoTime(BEATS[0]! - n * usual));
  const expected = [...counted, ...BEATS.slice(0, 24).map(videoTime)];
  const clicks = clicksIn(sound);
  expect(clicks).toHaveLength(expected.length);
  for (const [n, time] of expected.entries()) expect(Math.abs(clicks[n]!.time - time), `click ${n}`).toBeLessThan(0.01);
});

test("the recording is slower at the same pitch", () => {
  expect(sound.length / RATE).toBeCloseTo(videoTime(13), 0);
  const quiet = sound.subarray(Math.round(videoTime(12.2) * RATE), Math.round(videoTime(12.5) * RATE));
  expect((risingZeros(quiet) * RATE) / quiet.length).toBeCloseTo(PITCH, -0.5);
});

function performance(): DrumPerformance {
  const hits = BEATS.slice(0, 24).flatMap((time, n): Hit[] => [
    { time, piece: "hihatClosed", velocity: 0.7, confidence: 1 },
    { time, piece: n % 2 === 0 ? "kick" : "snare", velocity: 0.8, confidence: 1 },
  ]);
  const beats = BEATS.map((time, n) => ({ time, position: 1 + (n % 4) }));
  const facts = { tempo: 120, meter: "4/4", separated: false, model: "test", notices: [] };
  return { version: 1, duration: 13, hits, beats, ...facts };
}
