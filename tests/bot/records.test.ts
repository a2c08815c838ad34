import { openClaims } from "@groovesheet/bot/persistence/claims.ts";
import { openPreferences } from "@groovesheet/bot/persistence/preferences.ts";
import { openRecords, type Records } from "@groovesheet/bot/persistence/records.ts";
import { openCancellation } from "@groovesheet/jobs/cancellation.ts";
import {
  announceProcessor,
  currentFingerprint,
  presentProcessors,
  withdrawProcessor,
} from "@groovesheet/jobs/processors.ts";
import { OPEN_STATES, type Request } from "@groovesheet/jobs/request.ts";
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
    await records.move({ ...request, state: "done" }, OPEN_STATES);
    expect(await records.openIds()).toEqual([]);
    expect((await records.get(request.id))?.state).toBe("done");
  });

  test("GIVEN a killed Redis THEN open requests are there again", async () => {
    const request = exampleRequest();
    await records.create(request);
    await server.restart();
    expect(await records.openIds()).toEqual([request.id]);
  });

  test("GIVEN several requests THEN each counts in its groups, and those before it are known", async () => {
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

  test("GIVEN scores THEN their minutes count for the person, the server and everybody, and a change counts nothing", async () => {
    const finish = async (request: Request, state: "done" | "failed") => {
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

  test("GIVEN a re-notation THEN it is open but counts against no limit of songs", async () => {
    const change = exampleRequest({ id: "x1", kind: "renotate", createdAt: 1 });
    await records.create(change);
    const song = exampleRequest({ id: "x2", createdAt: 2 });
    await records.create(song);
    expect(await records.openIds()).toEqual(["x1", "x2"]);
    expect(await records.ahead(song)).toBe(0);
    expect(await records.used({ group: { user: "u1" }, measure: "unfinished" })).toBe(1);
    expect((await records.openChanges("u1")).map(({ id }) => id)).toEqual(["x1"]);
  });

  test("GIVEN requests that arrive together THEN no more pass than a limit allows, and room is given back", async () => {
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

  test("GIVEN a request that is finished THEN no process that is late changes it", async () => {
    const request = exampleRequest();
    await records.create(request);
    expect(await records.move({ ...request, state: "cancelled" }, OPEN_STATES)).toBe(true);
    expect(await records.move({ ...request, state: "done" }, OPEN_STATES)).toBe(false);
    expect((await records.get(request.id))?.state).toBe("cancelled");
    await records.discard(request);
    expect(await records.move({ ...request, state: "queued" }, OPEN_STATES)).toBe(false);
    expect(await records.get(request.id)).toBeUndefined();
  });

  test("GIVEN two processes THEN only one may answer at a time", async () => {
    const claims = openClaims(redis, "test");
    const release = await claims.claim("r");
    expect(release).toBeDefined();
    expect(await claims.claim("r")).toBeUndefined();
    await release?.();
    expect(await claims.claim("r")).toBeDefined();
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
