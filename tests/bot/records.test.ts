import { openPreferences } from "@groovesheet/bot/persistence/preferences.ts";
import { openRecords, type Records } from "@groovesheet/bot/persistence/records.ts";
import { openCancellation } from "@groovesheet/jobs/cancellation.ts";
import {
  announceProcessor,
  currentFingerprint,
  presentProcessors,
  withdrawProcessor,
} from "@groovesheet/jobs/processors.ts";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exampleRequest, exampleResult } from "../support/example-job.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";

describe.skipIf(!hasRedis)("records in Redis", () => {
  let server: TestRedis;
  let redis: Redis;
  let records: Records;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    records = openRecords(redis, "test", 30);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  beforeEach(() => redis.flushall());

  test("GIVEN the same interaction twice THEN only the first creates a request", async () => {
    const request = exampleRequest();
    expect(await records.create(request)).toBe(true);
    expect(await records.create(request)).toBe(false);
    expect(await records.get(request.id)).toEqual(request);
  });

  test("GIVEN a request THEN it is open until it is closed, and its state is kept", async () => {
    const request = exampleRequest();
    await records.create(request);
    expect(await records.openIds()).toEqual([request.id]);
    await records.close({ ...request, state: "done" });
    expect(await records.openIds()).toEqual([]);
    expect((await records.get(request.id))?.state).toBe("done");
  });

  test("GIVEN a killed Redis THEN open requests are there again", async () => {
    const request = exampleRequest();
    await records.create(request);
    await server.restart();
    expect(await records.openIds()).toEqual([request.id]);
  });

  test("GIVEN several requests THEN each has a standing of its own in its groups", async () => {
    const requests = [0, 1, 2].map((index) => exampleRequest({ id: `r${index}`, createdAt: 1_000_000 + index }));
    for (const request of requests) await records.create(request);
    await records.close({ ...requests[0]!, state: "done" });
    expect(await records.standing(requests[2]!, { user: "u1" })).toEqual({ unfinishedBefore: 1, todayBefore: 2 });
    expect(await records.standing(requests[2]!, "everybody")).toEqual({ unfinishedBefore: 1, todayBefore: 2 });
    await records.discard(requests[1]!);
    expect(await records.standing(requests[2]!, { guild: "g1" })).toEqual({ unfinishedBefore: 0, todayBefore: 1 });
  });

  test("GIVEN scores THEN their minutes count for the person, the server and everybody, and a change counts nothing", async () => {
    const result = exampleResult(90);
    const done = { state: "done", result } as const;
    await records.close(exampleRequest(done));
    await records.close(exampleRequest({ ...done, requester: { userId: "u2", language: "en" } }));
    await records.close(exampleRequest({ ...done, kind: "renotate" }));
    await records.close(exampleRequest({ state: "failed" }));
    expect(await records.secondsToday({ user: "u1" })).toBe(90);
    expect(await records.secondsToday({ guild: "g1" })).toBe(90);
    expect(await records.secondsToday("everybody")).toBe(180);
    const [hour] = await redis.keys("*heard:everybody*");
    expect(await redis.pttl(hour!)).toBeGreaterThan(23 * 3600_000);
    await records.forget("u1");
    expect(await redis.keys("*user:u1*")).toEqual([]);
  });

  test("GIVEN a re-notation THEN it is open but counts against no limit", async () => {
    const change = exampleRequest({ id: "x1", kind: "renotate", createdAt: 1 });
    await records.create(change);
    const song = exampleRequest({ id: "x2", createdAt: 2 });
    await records.create(song);
    expect(await records.openIds()).toEqual(["x1", "x2"]);
    expect(await records.standing(song, { user: "u1" })).toEqual({ unfinishedBefore: 0, todayBefore: 0 });
  });

  test("GIVEN two processes THEN only one may answer at a time", async () => {
    const release = await records.claim("r");
    expect(release).toBeDefined();
    expect(await records.claim("r")).toBeUndefined();
    await release?.();
    expect(await records.claim("r")).toBeDefined();
  });

  test("GIVEN a person who wants to be forgotten THEN only recordings of nobody else are named", async () => {
    const mine = { hash: "b".repeat(64), name: "mine.mp3", bytes: 1 };
    await records.create(exampleRequest({ id: "r1", state: "done", source: mine }));
    await records.create(exampleRequest({ id: "r2", state: "done" }));
    await records.create(exampleRequest({ id: "r3", state: "done", requester: { userId: "u2", language: "de" } }));
    await records.create(exampleRequest({ id: "r4", kind: "renotate", state: "done", source: mine }));
    const { requests, hashes } = await records.forget("u1");
    expect(hashes).toEqual([mine.hash]);
    expect(requests.map(({ id }) => id).sort()).toEqual(["r1", "r2", "r4"]);
    expect(await redis.keys("*r4*")).toEqual([]);
    expect(await records.ofUser("u1", 10)).toEqual([]);
    expect(await records.ofUser("u2", 10)).toHaveLength(1);
  });

  test("GIVEN a cancelled job THEN listeners hear it and late comers can ask", async () => {
    const cancellation = openCancellation(redis, "test");
    const heard = new Promise<string>((resolve) => void cancellation.listen(resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await cancellation.cancel("r9");
    expect(await heard).toBe("r9");
    expect(await cancellation.isCancelled("r9")).toBe(true);
    expect(await cancellation.isCancelled("r8")).toBe(false);
  });

  test("GIVEN a processor THEN it is present until it goes", async () => {
    const state = {
      id: "p1",
      host: "h",
      devices: ["cpu"],
      concurrency: 1,
      fingerprint: "1 abc",
      running: [],
      circuitOpen: false,
      startedAt: 1,
    };
    await announceProcessor(redis, "test", state);
    expect(await presentProcessors(redis, "test")).toEqual([state]);
    await withdrawProcessor(redis, "test", "p1");
    expect(await currentFingerprint(redis, "test")).toBe("1 abc");
    expect(await presentProcessors(redis, "test")).toEqual([]);
  });

  test("GIVEN preferences of a server THEN they are read as they were saved, with defaults for the rest", async () => {
    const preferences = openPreferences(redis, "test", 30);
    expect(await preferences.guild("g")).toEqual({ channels: [], roles: [], private: false });
    await preferences.saveGuild("g", { channels: ["1"], roles: [], private: true, separation: "on" });
    expect(await preferences.guild("g")).toMatchObject({ channels: ["1"], private: true, separation: "on" });
    await preferences.saveLanguage("u1", "ja");
    expect(await preferences.language("u1")).toBe("ja");
  });
});
