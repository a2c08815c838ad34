import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { perform } from "../notation/performances.ts";
import { groovesheet } from "../support/commandLine.ts";
import { mediaFolder } from "../support/media.ts";

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

it("GIVEN a performance THEN the score is written again, without the performance itself", async () => {
  const { result, read } = await notate("plain");
  const names = ["song-1.png", "song.mid", "song.musicxml", "song.mxl", "song.pdf"];
  expect([result.status, readdirSync(at("plain")).sort()]).toEqual([0, names]);
  expect(barsOf(read("song.musicxml"))).toBe(8);
  expect(result.stderr).not.toContain("listen");
});

it("GIVEN half and double time THEN there are half and twice as many bars", async () => {
  const half = await notate("half", "--half-time", "--formats", "musicxml");
  const twice = await notate("twice", "--double-time", "--formats", "musicxml");
  expect([barsOf(half.read("song.musicxml")), barsOf(twice.read("song.musicxml"))]).toEqual([4, 16]);
});

it("GIVEN a meter, a title and a shift THEN the score has them", async () => {
  const { read } = await notate("changed", "--meter", "3/4", "--title", "Waltz", "--formats", "musicxml");
  expect(read("song.musicxml")).toMatch(/<beats>3<\/beats>/);
  expect(read("song.musicxml")).toContain("Waltz");
  const shifted = await notate("shifted", "--shift-downbeat", "-1", "--formats", "musicxml");
  expect(shifted.read("song.musicxml")).not.toBe((await notate("same", "--formats", "musicxml")).read("song.musicxml"));
});

it.each([
  ["broken.json", "{", "broken.json is not a performance file of GrooveSheet: it is not JSON."],
  ["empty.json", "{}", "is not a performance file of GrooveSheet: "],
  ["old.json", '{"version":2}', "is not a performance file of GrooveSheet: "],
])("GIVEN %s THEN one sentence says what is wrong", async (name, text, message) => {
  writeFileSync(at(name), text);
  mkdirSync(at("none"), { recursive: true });
  const result = await groovesheet(["notate", at(name), "--out", at("none")]);
  expect(result.stderr).toContain(message);
  expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect([result.status, result.stdout, readdirSync(at("none"))]).toEqual([1, "", []]);
});

it("GIVEN no file THEN it says so", async () => {
  const result = await groovesheet(["notate", at("nowhere.performance.json")]);
  expect([result.status, result.stderr]).toEqual([1, "nowhere.performance.json: There is no such file.\n"]);
});
