import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { perform } from "../processor/notate/performances.ts";
import { groovesheet } from "../support/command-line.ts";
import { lavfi, makeMedia, mediaFolder } from "../support/media.ts";

const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);

beforeAll(() => {
  const song = perform({ bpm: 100, bars: Array(8).fill("[kh].h. [sh].h. [kh].h. [sh].h.") });
  writeFileSync(at("song.performance.json"), JSON.stringify({ ...song, title: "Song" }));
});
afterAll(() => folder.remove());

async function notate(out: string, ...args: string[]) {
  const result = await groovesheet(["notate", at("song.performance.json"), "--out", at(out), ...args]);
  const read = (name: string) => readFileSync(join(at(out), name), "utf8");
  return { result, read };
}

const barsOf = (xml: string) => xml.match(/<measure /g)?.length;

test("writes the score of a performance again, without writing the performance", async () => {
  const { result, read } = await notate("plain");
  const names = ["song-1.png", "song.mid", "song.musicxml", "song.mxl", "song.pdf"];
  expect([result.status, readdirSync(at("plain")).sort()]).toEqual([0, names]);
  expect(barsOf(read("song.musicxml"))).toBe(8);
  expect(result.stderr).not.toContain("listen");
});

test("half and double time halve and double the number of bars", async () => {
  const half = await notate("half", "--half-time", "--formats", "musicxml");
  const twice = await notate("twice", "--double-time", "--formats", "musicxml");
  expect([barsOf(half.read("song.musicxml")), barsOf(twice.read("song.musicxml"))]).toEqual([4, 16]);
});

test("reports the tempo and the meter of the score, not those that were heard", async () => {
  const flags = ["--meter", "3/4", "--half-time", "--formats", "musicxml"];
  const { result } = await notate("reported", ...flags);
  expect(result.stdout + result.stderr).toContain("50 BPM, 3/4");
  const [{ tempo, meter }] = JSON.parse((await notate("reported", ...flags, "--json")).result.stdout).results;
  expect([tempo, meter]).toEqual([50, "3/4"]);
});

test("applies a meter, a title and a shift of the bar lines", async () => {
  const { read } = await notate("changed", "--meter", "3/4", "--title", "Waltz", "--formats", "musicxml");
  expect(read("song.musicxml")).toMatch(/<beats>3<\/beats>/);
  expect(read("song.musicxml")).toContain("Waltz");
  const shifted = await notate("shifted", "--shift-downbeat", "-1", "--formats", "musicxml");
  expect(shifted.read("song.musicxml")).not.toBe((await notate("same", "--formats", "musicxml")).read("song.musicxml"));
});

test("deletes the extra pages of an earlier, longer score", async () => {
  await notate("pages");
  for (const page of [2, 3]) writeFileSync(join(at("pages"), `song-${page}.png`), "a former page");
  writeFileSync(join(at("pages"), "song-notes.png"), "somebody's own");
  await notate("pages", "--formats", "png");
  expect(readdirSync(at("pages")).filter((name) => name.endsWith(".png"))).toEqual(["song-1.png", "song-notes.png"]);
});

test("applies notation options to the score", async () => {
  const plain = await notate("standard", "--no-repeats", "--formats", "musicxml,midi");
  const { read } = await notate("signs", "--repeats", "--detail", "full", "--quantised", "--formats", "musicxml,midi");
  expect(read("song.musicxml")).toMatch(/<mf\/>.*<measure-repeat type="start">1</s);
  expect(plain.read("song.musicxml")).not.toMatch(/<measure-repeat|<dynamics>/);
  expect(read("song.mid")).not.toBe(plain.read("song.mid"));
});

test("plays the recording on the left and the score on the right", async () => {
  const recording = makeMedia(folder.path, "song.wav", lavfi("sine=frequency=300", 12));
  const { result } = await notate("heard", "--audition", recording, "--formats", "midi");
  expect([result.status, readdirSync(at("heard")).sort()]).toEqual([0, ["song.audition.mp3", "song.mid"]]);
  const { channels } = await decode(join(at("heard"), "song.audition.mp3"), decodeLimits({}));
  const loudness = (channel: Float32Array, from: number, to: number) =>
    Math.hypot(...channel.subarray(from * 44_100, to * 44_100)) / Math.sqrt((to - from) * 44_100);
  const [left, right] = channels as [Float32Array, Float32Array];
  expect(loudness(left, 0.1, 0.4)).toBeGreaterThan(0.05);
  expect(loudness(right, 0.1, 0.4)).toBeLessThan(0.002);
  expect(loudness(right, 0.55, 0.65)).toBeGreaterThan(0.1);
});

test.each([["--listen", "RECORDING"], ["--listen=RECORDING"]])(
  "knows the former name of --audition in %s",
  async (...flags) => {
    const recording = makeMedia(folder.path, "tone.wav", lavfi("sine=frequency=300", 12));
    const given = flags.map((flag) => flag.replace("RECORDING", recording));
    const { result } = await notate("former", ...given, "--formats", "midi");
    expect([result.status, readdirSync(at("former")).sort()]).toEqual([0, ["song.audition.mp3", "song.mid"]]);
  },
);

test.each([
  ["broken.json", "{", "broken.json is not a GrooveSheet performance file: it is not JSON."],
  ["empty.json", "{}", "is not a GrooveSheet performance file: "],
  ["old.json", '{"version":2}', "is not a GrooveSheet performance file: "],
])("reports %s in one sentence", async (name, text, message) => {
  writeFileSync(at(name), text);
  mkdirSync(at("none"), { recursive: true });
  const result = await groovesheet(["notate", at(name), "--out", at("none")]);
  expect(result.stderr).toContain(message);
  expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect([result.status, result.stdout, readdirSync(at("none"))]).toEqual([1, "", []]);
});

test("reports a missing file argument", async () => {
  const result = await groovesheet(["notate", at("nowhere.performance.json")]);
  expect([result.status, result.stderr]).toEqual([1, "nowhere.performance.json: There is no such file.\n"]);
});
