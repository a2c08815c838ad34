import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outputNames, prepareFolder, titleOf, writeFiles } from "@groovesheet/cli/output.ts";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "groovesheet-output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (suffix: string, text: string) => ({
  suffix,
  mediaType: "text/plain",
  bytes: new TextEncoder().encode(text),
});

test("writes all files, overwrites older ones, and leaves nothing else", () => {
  writeFileSync(join(folder, "song.mid"), "old");
  const written = writeFiles(folder, "song", [file(".mid", "new"), file("-1.png", "page")]);
  expect(written).toEqual([join(folder, "song.mid"), join(folder, "song-1.png")]);
  expect(readdirSync(folder).sort()).toEqual(["song-1.png", "song.mid"]);
  expect(readFileSync(join(folder, "song.mid"), "utf8")).toBe("new");
});

test("writes no file if one of them cannot be written", () => {
  mkdirSync(join(folder, "song.pdf", "inside"), { recursive: true });
  const write = () => writeFiles(folder, "song", [file(".mid", "new"), file(".pdf", "x"), file(".mxl", "y")]);
  expect(write).toThrow(expect.objectContaining({ code: "outputNotWritable" }));
  expect(readdirSync(folder)).toEqual(["song.pdf"]);
});

test("reports a name that is too long", () => {
  const write = () => writeFiles(folder, "x".repeat(300), [file(".mid", "new")]);
  expect(write).toThrow(`Cannot write to the folder ${folder}: the name is too long.`);
  expect(readdirSync(folder)).toEqual([]);
});

test("creates a missing folder", () => {
  prepareFolder(join(folder, "a", "b"));
  expect(readdirSync(join(folder, "a", "b"))).toEqual([]);
});

test("gives inputs with the same name different names", () => {
  const names = outputNames(["a/Song.mp3", "b/song.wav", "song (2).flac", "other.ogg"]).map(({ name }) => name);
  expect(names).toEqual(["Song", "song (2)", "song (2) (2)", "other"]);
  expect(outputNames(["x.performance.json"], ".performance.json")).toEqual([{ name: "x", renamed: false }]);
});

test("uses the file name as the title of a recording without one", () => {
  expect(titleOf({ name: "my_song (2)", renamed: true })).toBe("my song (2)");
  expect(titleOf({ name: "_", renamed: false })).toBe("_");
});
