/** The limits of the layout, docs/architecture.md: small files, small folders, shallow imports, one spelling of names. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROOMS = ["bot", "commands", "jobs", "processor", "models", "cli", "benchmarks", "reliability", "scripts"];
const MAX_LINES = 250;
const MAX_FILES = 15;
const MAX_LEVELS = 6;
/** Tables of texts and generated fixtures are data. */
const DATA = /^bot\/i18n\//;

const files = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs|py)$/.test(name) && !/(^|\/)(node_modules|\.venv|__pycache__)\//.test(name))
    .map((name) => join(room, name)),
);
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("no code file has more than 250 lines", () => {
  const lengths = files.filter((file) => !DATA.test(file)).map((file) => [file, read(file).split("\n").length - 1]);
  expect(lengths.filter(([, length]) => Number(length) > MAX_LINES)).toEqual([]);
});

test("no folder holds more than 15 code files", () => {
  const folders = files.map((file) => dirname(file));
  const countOf = (folder: string) => folders.filter((other) => other === folder).length;
  expect([...new Set(folders)].filter((folder) => countOf(folder) > MAX_FILES)).toEqual([]);
});

test("file names are in kebab-case", () => {
  const wrong = files.filter((file) => file.endsWith(".ts") && !/^[a-z0-9-]+(\.d)?\.ts$/.test(file.split("/").at(-1)!));
  expect(wrong.filter((file) => !file.endsWith("fft.js.d.ts"))).toEqual([]);
});

test("no folder has more than six levels of imports inside it", () => {
  const deep = [...new Set(files.map((file) => dirname(file)))].flatMap((folder) => {
    const levels = Math.max(
      ...files.filter((file) => dirname(file) === folder).map((file) => levelsBelow(file, folder)),
    );
    return levels > MAX_LEVELS ? [`${folder}: ${levels}`] : [];
  });
  expect(deep).toEqual([]);
});

/** @returns the length of the longest chain of imports among the files of a folder that starts at `file` */
function levelsBelow(file: string, folder: string): number {
  const below = [...read(file).matchAll(/from "(\.\/[^"]+)"/g)]
    .map(([, path]) => relative(ROOT, resolve(ROOT, dirname(file), path!)))
    .filter((target) => dirname(target) === folder && files.includes(target));
  return 1 + Math.max(0, ...below.map((target) => levelsBelow(target, folder)));
}
