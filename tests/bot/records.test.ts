import { openClaims } from "@groovesheet/bot/persistence/claims.ts";
import { openPreferences } from "@groovesheet/bot/persistence/preferences.ts";
import { openRecords, type Records } from "@groovesheet/bot/persistence/records.ts";
import { openCancellation } from "@groovesheet/jobs/queue/cancellation.ts";
import {
  announceProcessor,
  currentFingerprint,
  presentProcessors,
  withdrawProcessor,
} from "@groovesheet/jobs/queue/processors.ts";
import { OPEN_STATES, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
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

  test("only the first delivery of an interaction creates a request", async () => {
    const request = exampleRequest();
    expect(await records.create(request)).toBe(true);
    expect(await records.create(request)).toBe(false);
    expect(await records.get(request.id)).toEqual(request);
  });

  test("keeps a request open, with its state, until it is closed", async () => {
    const request = exampleRequest();
    await records.create(request);
    expect(await records.openIds()).toEqual([request.id]);
    await records.move({ ...request, state: "done" }, OPEN_STATES);
    expect(await records.openIds()).toEqual([]);
    expect((await records.get(request.id))?.state).toBe("done");
  });

  test("open requests survive a crash of Redis", async () => {
    const request = exampleRequest();
    await records.create(request);
    await server.restart();
    expect(await records.openIds()).toEqual([request.id]);
  });

  test("counts several requests in their groups and knows their order", async () => {
    const requests = [0, 1, 2].map((index) => exampleRequest({ id: `r${index}`, createdAt: Date.now() + index }));
    for (const request of requests) await records.create(request);
    await records.move({ ...requests[0]!, state: "done" }, OPEN_STATES);
    expect(await records.ahead(requests[2]!)).toBe(1);
    for (const group of [{ user: "u1" }, "everybody"] as const) {
      expect(await records.used({ group, measure: "unfinished" })).toBe(2);
      expect(await records.used({ group, measure: "today" })).toBe(3);
    }
    await records.discard(requests[1]!);
    expect(await records.ahead(requests[2]!)).toBe(0);
    expect(await records.used({ group: { guild: "g1" }, measure: "unfinished" })).toBe(1);
    expect(await records.used({ group: { guild: "g1" }, measure: "today" })).toBe(2);
  });

  test("counts the minutes of scores for person, server and total; corrections count nothing", async () => {
    const finish = async (request: TranscriptionRequest, state: "done" | "failed") => {
      await records.create(request);
      await records.move({ ...request, state }, OPEN_STATES);
    };
    const result = exampleResult(90);
    await finish(exampleRequest({ result }), "done");
    await finish(exampleRequest({ result, requester: { userId: "u2", language: "en" } }), "done");
    await finish(exampleRequest({ result, kind: "renotate" }), "done");
    await finish(exampleRequest(), "failed");
    expect(await records.used({ group: { user: "u1" }, measure: "seconds" })).toBe(90);
    expect(await records.used({ group: { guild: "g1" }, measure: "seconds" })).toBe(90);
    expect(await records.used({ group: "everybody", measure: "seconds" })).toBe(180);
    const [hour] = await redis.keys("*heard:everybody*");
    expect(await redis.pttl(hour!)).toBeGreaterThan(23 * 3600_000);
    await records.deleteSums("u1");
    expect(await redis.keys("*heard:user:u1*")).toEqual([]);
  });

  test("a correction is open but does not count towards the limit of songs", async () => {
    const change = exampleRequest({ id: "x1", kind: "renotate", createdAt: 1 });
    await records.create(change);
    const song = exampleRequest({ id: "x2", createdAt: 2 });
    await records.create(song);
    expect(await records.openIds()).toEqual(["x1", "x2"]);
    expect(await records.ahead(song)).toBe(0);
    expect(await records.used({ group: { user: "u1" }, measure: "unfinished" })).toBe(1);
    expect((await records.openChanges("u1")).map(({ id }) => id)).toEqual(["x1"]);
  });

  test("admits no more simultaneous requests than a limit allows and releases reservations", async () => {
    const limit = { group: { user: "u1" }, measure: "unfinished", maximum: 3 } as const;
    const requests = Array.from({ length: 10 }, (_, index) => exampleRequest({ id: `r${index}` }));
    const created = await Promise.allSettled(requests.map((request) => records.create(request, [limit])));
    const refused = created.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(7);
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason).toMatchObject({ index: 0 });
    expect(await records.openIds()).toHaveLength(3);
    await records.move({ ...requests[0]!, state: "failed" }, OPEN_STATES);
    expect(await records.create(requests[9]!, [limit])).toBe(true);
  });

  test("a late process cannot change a finished request", async () => {
    const request = exampleRequest();
    await records.create(request);
    expect(await records.move({ ...request, state: "cancelled" }, OPEN_STATES)).toBe(true);
    expect(await records.move({ ...request, state: "done" }, OPEN_STATES)).toBe(false);
    expect((await records.get(request.id))?.state).toBe("cancelled");
    await records.discard(request);
    expect(await records.move({ ...request, state: "queued" }, OPEN_STATES)).toBe(false);
    expect(await records.get(request.id)).toBeUndefined();
  });

  test("only one of two processes may answer at a time", async () => {
    const claims = openClaims(redis, "test");
    const release = await claims.claim("r");
    expect(release).toBeDefined();
    expect(await claims.claim("r")).toBeUndefined();
    await release?.();
    expect(await claims.claim("r")).toBeDefined();
  });

  test("notifies subscribers of a cancelled job and remembers it for later", async () => {
    const cancellation = openCancellation(redis, "test");
    const heard = new Promise<string>((resolve) => void cancellation.listen(resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await cancellation.cancel("r9");
    expect(await heard).toBe("r9");
    expect(await cancellation.isCancelled("r9")).toBe(true);
    expect(await cancellation.isCancelled("r8")).toBe(false);
  });

  test("lists a processor until it stops", async () => {
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

  test("reads the preferences of a server as saved, with defaults for the rest", async () => {
    const preferences = openPreferences(redis, "test", 30);
    expect(await preferences.guild("g")).toEqual({ channels: [], roles: [], private: false });
    await preferences.saveGuild("g", { channels: ["1"], roles: [], private: true, separation: "on" });
    expect(await preferences.guild("g")).toMatchObject({ channels: ["1"], private: true, separation: "on" });
    await preferences.saveLanguage("u1", "ja");
    expect(await preferences.language("u1")).toBe("ja");
  });
});
