import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings, SettingsError, sharedSettingsSchema } from "@groovesheet/jobs/settings.ts";
import { openStore } from "@groovesheet/jobs/stores/open.ts";
import { cleanStore, type ObjectStore, type StoredObject } from "@groovesheet/jobs/stores/store.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hasClouds, startGcs, startS3, type TestCloud } from "../support/clouds.ts";

const open = (environment: NodeJS.ProcessEnv) => openStore(readSettings(sharedSettingsSchema, environment));

async function startFolder(): Promise<TestCloud> {
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-store-"));
  return { settings: { STORE_FOLDER: folder }, stop: () => rm(folder, { recursive: true }) };
}

const clouds = hasClouds ? [["s3", startS3] as const, ["gcs", startGcs] as const] : [];

describe.each([["local", startFolder] as const, ...clouds])("the store %s", (_, start) => {
  let server: TestCloud;
  let store: ObjectStore;
  let folder: string;
  beforeAll(async () => {
    server = await start();
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
      if (server.settings[name]) process.env[name] = server.settings[name];
    }
    store = await open(server.settings);
    folder = await mkdtemp(join(tmpdir(), "groovesheet-stored-"));
  });
  afterEach(async () => {
    for (const { key } of await all()) await store.delete(key);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const all = async () => {
    const objects: StoredObject[] = [];
    for await (const object of store.list()) objects.push(object);
    return objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  };

  test("returns content as it was written", async () => {
    await store.put("a/b/c.txt", "Schlagzeug ♩");
    expect(Buffer.from(await store.get("a/b/c.txt")).toString()).toBe("Schlagzeug ♩");
    expect(await store.has("a/b/c.txt")).toBe(true);
    expect(await store.has("a/b")).toBe(false);
    await store.put("a/b/c.txt", "anew");
    expect(Buffer.from(await store.get("a/b/c.txt")).toString()).toBe("anew");
  });

  test("streams a file of megabytes in and out unchanged", async () => {
    const bytes = randomBytes(7_000_000);
    const path = join(folder, "recording");
    await writeFile(path, bytes);
    await store.putFile("audio/abc", path);
    const parts: Buffer[] = [];
    for await (const part of await store.open("audio/abc")) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(await all()).toMatchObject([{ key: "audio/abc", bytes: 7_000_000 }]);
  });

  test("fails to read a missing key but not to delete it", async () => {
    await expect(store.get("absent")).rejects.toThrow();
    const read = async () => {
      for await (const _ of await store.open("absent"));
    };
    await expect(read()).rejects.toThrow();
    await store.delete("absent");
  });

  test("leaves the key absent if a file cannot be read", async () => {
    await expect(store.putFile("a", join(folder, "absent"))).rejects.toThrow();
    expect(await all()).toEqual([]);
  });

  test("deletes all keys below a prefix and no neighbour", async () => {
    for (const key of ["results/x/1", "results/x/2", "results/xy/1", "results/y/1"]) await store.put(key, key);
    await store.delete("results/x");
    expect((await all()).map(({ key }) => key)).toEqual(["results/xy/1", "results/y/1"]);
  });

  test("deletes what is older than a given age", async () => {
    await store.put("old", "1");
    const kept = { unfinishedBefore: new Date(0), maxBytes: Number.POSITIVE_INFINITY };
    expect(await cleanStore(store, { ...kept, before: new Date(Date.now() - 60_000) })).toEqual({
      deleted: 0,
      bytes: 1,
    });
    expect(await cleanStore(store, { ...kept, before: new Date(Date.now() + 60_000) })).toEqual({
      deleted: 1,
      bytes: 0,
    });
    expect(await all()).toEqual([]);
  });

  test("deletes unfinished files of a killed process after a time of their own", async () => {
    await store.put("incoming/left", "1");
    await store.put("whole", "1");
    const kept = { before: new Date(0), unfinishedBefore: new Date(0), maxBytes: Number.POSITIVE_INFINITY };
    expect((await cleanStore(store, kept)).deleted).toBe(0);
    await cleanStore(store, { ...kept, unfinishedBefore: new Date(Date.now() + 60_000) });
    expect((await all()).map(({ key }) => key)).toEqual(["whole"]);
  });

  test("deletes the oldest until the rest fits a given size", async () => {
    for (const key of ["first", "second", "third"]) {
      await store.put(key, "x".repeat(1000));
      await new Promise((resolve) => setTimeout(resolve, 1100)); // S3 has a resolution of one second
    }
    const none = new Date(0);
    const kept = { before: none, unfinishedBefore: none, maxBytes: 2500 };
    expect(await cleanStore(store, kept)).toEqual({ deleted: 1, bytes: 2000 });
    expect((await all()).map(({ key }) => key)).toEqual(["second", "third"]);
  });
});

describe("the local store", () => {
  test("leaves no partial file after a write", async () => {
    const server = await startFolder();
    const store = await open(server.settings);
    await store.put("a", "1");
    expect(await readdir(join(server.settings.STORE_FOLDER!, "incoming"))).toEqual([]);
    await server.stop();
  });
});

test("a cloud store without a bucket fails with one line that names the missing setting", async () => {
  await expect(open({ STORE: "s3" })).rejects.toThrow(
    new SettingsError("STORE_BUCKET is missing: with STORE=s3 it names the bucket"),
  );
});

test("listing and deleting cover more than one page of keys", { skip: !hasClouds }, async () => {
  const server = await startS3();
  Object.assign(process.env, server.settings);
  const store = await open(server.settings);
  const keys = Array.from({ length: 1200 }, (_, index) => `results/x/${index}`);
  for (let first = 0; first < keys.length; first += 50) {
    await Promise.all(keys.slice(first, first + 50).map((key) => store.put(key, "")));
  }
  let count = 0;
  for await (const _ of store.list()) count++;
  expect(count).toBe(1200);
  await store.delete("results/x");
  for await (const { key } of store.list()) expect(key).toBe("gone");
  await server.stop();
});
