import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprint, relevantFiles } from "@groovesheet/processor/fingerprint.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Imported by the pipeline, but without any effect on a score. */
const WITHOUT_EFFECT = [
  /^processor\/(audition|play)\//,
  /^processor\/isolation\.ts$/,
  /^jobs\/(devices|errors|file-errors|notices|result|time-range)\.ts$/,
  /^jobs\/processes\//,
];

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "groovesheet-fingerprint-"));
  for (const folder of ["processor", "jobs", "models"]) {
    await cp(join(ROOT, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !/node_modules|training|\.onnx$/.test(path),
    });
  }
});
afterAll(() => rm(copy, { recursive: true }));

test("the fingerprint of a copy elsewhere is the same", async () => {
  expect(await fingerprint([], copy)).toBe(await fingerprint());
});

test("encoders that FFmpeg lacks change the fingerprint", async () => {
  expect(await fingerprint(["libvorbis"])).not.toBe(await fingerprint());
  expect(await fingerprint(["libvorbis"])).not.toBe(await fingerprint(["libx264"]));
});

test.each([
  "processor/notate/voices/beams.ts",
  "processor/track/track.ts",
  "processor/decode/decode.ts",
  "processor/engrave/midi/clock.ts",
  "processor/pipeline.ts",
  "processor/sandbox/summary.ts",
  "processor/package.json",
  "jobs/options.ts",
  "jobs/performance.ts",
  "models/counter.json",
])("a change of %s changes the fingerprint", async (path) => {
  const before = await fingerprint([], copy);
  await appendFile(join(copy, path), "\n");
  expect(await fingerprint([], copy)).not.toBe(before);
});

test.each([
  "processor/worker/metrics.ts",
  "processor/worker/processor.ts",
  "processor/sandbox/child.ts",
  "processor/audition/kit.ts",
  "processor/fingerprint.ts",
  "processor/notate/added.test.ts",
  "jobs/queue/queues.ts",
  "jobs/settings.ts",
])("a change of %s keeps the fingerprint", async (path) => {
  const before = await fingerprint([], copy);
  await appendFile(join(copy, path), "// a comment\n");
  expect(await fingerprint([], copy)).toBe(before);
});

test("every module that the pipeline imports is relevant, except those that cannot change a score", async () => {
  const relevant = new Set(await relevantFiles());
  const imported = await importsOf("processor/pipeline.ts");
  expect(imported.size).toBeGreaterThan(40);
  const missing = [...imported].filter((path) => !relevant.has(path) && !WITHOUT_EFFECT.some((one) => one.test(path)));
  expect(missing).toEqual([]);
});

/** @returns the project's modules that a module imports, directly or not, types aside */
async function importsOf(path: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(path)) return found;
  found.add(path);
  const text = await readFile(join(ROOT, path), "utf8");
  for (const [, clause, name] of text.matchAll(/^(?:import|export) ([^;]*?from )?"([^"]+)";/gm)) {
    if (clause?.startsWith("type ")) continue;
    if (name!.startsWith(".")) await importsOf(posix.join(posix.dirname(path), name!), found);
    else if (name!.startsWith("@groovesheet/")) await importsOf(name!.replace("@groovesheet/", ""), found);
  }
  return found;
}
