import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wavChunks } from "@groovesheet/processor/wav.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { perform } from "../processor/notate/performances.ts";
import { burstsAt, findClicks } from "../support/clicks.ts";
import { groovesheet } from "../support/command-line.ts";
import { lavfi, makeMedia, mediaFolder } from "../support/media.ts";
import { soundOf, videoFrames } from "../support/video.ts";

const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
let recording: string;

beforeAll(() => {
  recording = makeMedia(folder.path, "song.wav", lavfi("sine=220", 30));
  const song = perform({ bpm: 120, bars: Array(14).fill("[kh].h. [sh].h. [kh].h. [sh].h.") });
  writeFileSync(at("song.performance.json"), JSON.stringify({ ...song, title: "Song", duration: 30 }));
});
afterAll(() => folder.remove());

const video = (out: string, args: readonly string[]) => {
  const options = ["--formats", "video", "--recording", recording, "--out", at(out), ...args];
  return groovesheet(["notate", at("song.performance.json"), ...options]);
};

test("a performance and its recording give a video of the whole song", async () => {
  const result = await video("whole", ["--click", "off"]);
  expect([result.status, readdirSync(at("whole"))]).toEqual([0, ["song.play-along.mp4"]]);
  expect(videoFrames(join(at("whole"), "song.play-along.mp4")).at(-1)!.time).toBeCloseTo(30, 1);
});

test("a song that does not fit ends with a bar and a notice", async () => {
  const result = await video("cut", ["--max-mb", "0.15", "--click", "off"]);
  const [, time] = /The video ends at 0:(\d\d)(?:\.\d)? because more does not fit into 0.15 MB\./.exec(result.stderr)!;
  const path = join(at("cut"), "song.play-along.mp4");
  expect(statSync(path).size).toBeLessThanOrEqual(150_000);
  expect(Math.abs(videoFrames(path).at(-1)!.time - Number(time))).toBeLessThan(1);
});

test("a stem of a part, which begins with that part, is played as the part of the whole recording is", async () => {
  const times = [0.5, 1.25, 3, 7.5];
  const song = burstsAt([2, ...times.map((time) => time + 6)], 20);
  writeFileSync(at("whole.wav"), Buffer.concat([...wavChunks([song], 44_100)]));
  makeMedia(folder.path, "whole.minus-one.mp3", ["-i", at("whole.wav"), "-ss", "6", "-t", "8"]);
  const part = perform({ bpm: 120, bars: Array(3).fill("[kh].h. [sh].h. [kh].h. [sh].h.") });
  writeFileSync(at("part.performance.json"), JSON.stringify({ ...part, from: 6, duration: 8 }));
  for (const name of ["whole.wav", "whole.minus-one.mp3"]) {
    const options = ["--formats", "video", "--recording", at(name), "--click", "off", "--out", at(`part-${name}`)];
    expect((await groovesheet(["notate", at("part.performance.json"), ...options])).status).toBe(0);
    const found = findClicks([soundOf(join(at(`part-${name}`), "part.play-along.mp4"))]);
    expect(found).toHaveLength(times.length);
    for (const [n, time] of times.entries()) expect(Math.abs(found[n]! - time), name).toBeLessThan(0.002);
  }
});

test.each([
  ["noise", "anoisesrc=a=0.3", 5, "No drums were found in this recording."],
  ["a single tone", "sine=440", 5, "No drums were found in this recording."],
  ["half a second", "anoisesrc=a=0.3", 0.5, "The recording is too short: it has 0.5 s, and at least 1 s are needed."],
])("%s makes no video and says so in one line", async (_, source, seconds, sentence) => {
  const path = makeMedia(folder.path, "nothing.wav", lavfi(source, seconds));
  const result = await groovesheet(["play", path, "--separation", "off", "--out", at("nothing")]);
  expect(result.stderr.trimEnd().split("\n").at(-1)).toBe(`nothing.wav: ${sentence}`);
  expect([result.status, result.stdout, readdirSync(at("nothing"))]).toEqual([1, "", []]);
});
