import { createHash } from "node:crypto";
import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { findResult, performanceKey, resultFolder, saveResult } from "@groovesheet/jobs/stores/results.ts";
import { hashFile, type ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "groovesheet-store-"));
  store = openLocalStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

test("hashes a file with SHA-256", async () => {
  const path = join(folder, "x");
  await writeFile(path, "drums");
  expect(await hashFile(path)).toBe(createHash("sha256").update("drums").digest("hex"));
});

test("treats a missing local folder as unreachable rather than empty", async () => {
  const away = join(folder, "away");
  const local = openLocalStore(join(folder, "place"));
  await local.put("audio/a", "drums");
  await rename(join(folder, "place"), away);
  const list = async () => {
    for await (const _ of local.list());
  };
  const acts = [
    () => local.has("audio/a"),
    () => local.put("b", "b"),
    () => local.putFile("c", import.meta.filename),
    () => local.delete("audio/a"),
    list,
  ];
  for (const act of acts) await expect(act()).rejects.toThrow("ENOENT");
  expect(await readdir(folder)).toEqual(["away"]);
  await rename(away, join(folder, "place"));
  expect([await local.has("audio/a"), await local.has("b")]).toEqual([true, false]);
});

describe("kept results", () => {
  const listen = listenOptionsSchema.parse({});
  const notate = notateOptionsSchema.parse({});
  const hash = "c".repeat(64);
  const source = { hash, name: "song.mp3", bytes: 3 };
  const result: JobResult = {
    summary: {
      title: "Song",
      tempo: { perMinute: 120, unit: "1/4" },
      meter: "4/4",
      swing: false,
      measures: 4,
      duration: 8,
      hits: { kick: 8 },
      meanConfidence: 0.9,
      separated: false,
      model: "listener 1",
      fingerprint: "1 abc",
      notices: [],
    },
    artifacts: [{ key: "results/score.pdf", suffix: ".pdf", mediaType: "application/pdf", bytes: 3 }],
    performanceKey: performanceKey("1 abc", hash, listen),
    seconds: 2,
  };

  test("different options give a different key regardless of the order of fields", () => {
    const place = resultFolder("1 abc", source, listen, notate);
    expect(resultFolder("1 abc", { ...source, name: "other.mp3" }, listen, notate)).not.toBe(place);
    expect(resultFolder("1 abc", source, { ...listen, bpm: 100 }, notate)).not.toBe(place);
    expect(resultFolder("1 abd", source, listen, notate)).not.toBe(place);
    expect(performanceKey("1 abd", hash, listen)).not.toBe(performanceKey("1 abc", hash, listen));
    const turned = Object.fromEntries(Object.entries(notate).reverse()) as typeof notate;
    expect(resultFolder("1 abc", source, listen, turned)).toBe(place);
  });

  test("does not find a result whose artifacts are missing", async () => {
    const place = resultFolder("1 abc", source, listen, notate);
    expect(await findResult(store, place)).toBeUndefined();
    await saveResult(store, place, result);
    expect(await findResult(store, place)).toBeUndefined();
    await store.put("results/score.pdf", "pdf");
    await store.put(result.performanceKey, "{}");
    expect(await findResult(store, place)).toEqual(result);
  });
});
