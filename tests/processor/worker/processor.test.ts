import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog } from "@groovesheet/jobs/log.ts";
import { openCancellation } from "@groovesheet/jobs/queue/cancellation.ts";
import { presentProcessors } from "@groovesheet/jobs/queue/processors.ts";
import { connectAsking, enqueue, type JobQueues, openEvents, openQueues } from "@groovesheet/jobs/queue/queues.ts";
import type { TranscriptionJob } from "@groovesheet/jobs/request.ts";
import { type JobResult, readFailure } from "@groovesheet/jobs/result.ts";
import { type ProcessorSettings, processorSettingsSchema, readSettings } from "@groovesheet/jobs/settings.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { sourceKey } from "@groovesheet/jobs/stores/results.ts";
import { hashFile, type ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import { type Processor, startProcessor } from "@groovesheet/processor/worker/processor.ts";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exampleRequest } from "../../support/example-job.ts";
import type { Orders } from "../../support/pipeline.ts";
import { hasRedis, startRedis, type TestRedis } from "../../support/redis.ts";

const pipeline = new URL("../../support/pipeline.ts", import.meta.url);

describe.skipIf(!hasRedis)("the processor", () => {
  let server: TestRedis;
  let folder: string;
  let store: ObjectStore;
  let settings: ProcessorSettings;
  let redis: Redis;
  let queues: JobQueues;
  let events: ReturnType<typeof openEvents>;
  const started: Processor[] = [];

  beforeAll(async () => {
    server = await startRedis();
    folder = await mkdtemp(join(tmpdir(), "groovesheet-processor-"));
    store = openLocalStore(join(folder, "store"));
    settings = readSettings(processorSettingsSchema, {
      REDIS_URL: server.url,
      STORE_FOLDER: join(folder, "store"),
      DEVICES: "cpu",
      JOB_SECONDS: "60",
      JOB_SECONDS_PER_MINUTE: "0",
      JOB_MEMORY_MB: "400",
      SHUTDOWN_SECONDS: "0",
      LOCK_SECONDS: "10",
    });
    redis = connectAsking(settings);
    queues = openQueues(redis, settings);
    events = openEvents(settings);
    await Promise.all(events.map((each) => each.events.waitUntilReady()));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((processor) => processor.stop()));
    await redis.flushall();
  });
  afterAll(async () => {
    await Promise.all(events.map((each) => each.events.close()));
    redis.disconnect();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const start = async (changes: Partial<ProcessorSettings> = {}, silentSeconds = 60) => {
    const log = openLog("silent", "processor");
    const processor = await startProcessor(
      { ...settings, ...changes },
      { pipeline, fingerprint: "fixture", log, silentSeconds },
    );
    started.push(processor);
    return processor;
  };

  const submit = async (orders: Orders, changes: Partial<TranscriptionJob> = {}): Promise<TranscriptionJob> => {
    const path = `incoming-${Math.random()}`;
    await store.put(path, `RIFF ${JSON.stringify({ ...orders, nonce: Math.random() })}`);
    const hash = await hashFile(join(folder, "store", path));
    await store.putFile(sourceKey(hash), join(folder, "store", path));
    const job = { ...exampleRequest(changes), source: { hash, name: "My Song.wav", bytes: 10 } };
    await enqueue(queues, job, 0);
    return job;
  };

  const outcome = async (job: TranscriptionJob): Promise<JobResult | string> => {
    for (let waited = 0; waited < 20_000; waited += 50) {
      const state = await queues[job.kind].getJobState(job.id);
      const found = await queues[job.kind].getJob(job.id);
      if (state === "completed") return found!.returnvalue;
      if (state === "failed") return readFailure(found!.failedReason).code;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("no outcome");
  };

  test("stores the score of a song, titled with the name of its file", async () => {
    await start();
    const result = (await outcome(await submit({}))) as JobResult;
    expect(result.summary).toMatchObject({ title: "My Song", tempo: { perMinute: 120, unit: "1/4" }, meter: "4/4" });
    expect(result.summary.hits).toEqual({ kick: 8, hihatClosed: 16, snare: 8 });
    expect(result.artifacts.map(({ suffix }) => suffix)).toEqual([".musicxml", ".mid", ".pdf", "-1.png", "-2.png"]);
    for (const { key, bytes } of result.artifacts) expect((await store.get(key)).byteLength).toBe(bytes);
    expect((await presentProcessors(redis, "groovesheet"))[0]).toMatchObject({ devices: ["cpu"] });
  });

  test("does not listen again to a song that is only to be notated differently", async () => {
    await start();
    const journal = join(folder, "journal");
    const song = await submit({ journal });
    await outcome(song);
    const change: TranscriptionJob = {
      ...song,
      id: "change",
      kind: "renotate",
      notate: { ...song.notate, tempoScale: "half" },
    };
    await enqueue(queues, change, 0);
    const result = (await outcome(change)) as JobResult;
    expect(result.summary).toMatchObject({ tempo: { perMinute: 60 }, title: "My Song" });
    const again = { ...song, id: "again" };
    await enqueue(queues, again, 0);
    expect(await outcome(again)).toEqual(await outcome(song));
    expect(execFileSync("wc", ["-l", journal]).toString()).toMatch(/^1 /);
  });

  test("tries a job once more after a crash of native code", async () => {
    await start();
    expect(await outcome(await submit({ act: "crashOnce", mark: join(folder, "mark") }))).toHaveProperty("summary");
    expect(await outcome(await submit({ act: "crash" }))).toBe("crashed");
    expect(await outcome(await submit({}))).toHaveProperty("summary");
  });

  test.each([
    ["bug", "internal", {}],
    ["silent", "audioSilent", {}],
    ["fill", "outOfMemory", {}],
    ["hang", "hung", { silentSeconds: 4 }],
    ["hang", "timedOut", { jobSeconds: 3 }],
  ] as const)(
    "fails a job whose pipeline does %s as %s, and runs the next one",
    async (act, code, { jobSeconds = 60, silentSeconds = 60 }: { jobSeconds?: number; silentSeconds?: number }) => {
      await start({ JOB_SECONDS: jobSeconds }, silentSeconds);
      expect(await outcome(await submit({ act }))).toBe(code);
      expect(await outcome(await submit({}))).toHaveProperty("summary");
    },
  );

  test("ends a running job as soon as it is cancelled", async () => {
    await start();
    const job = await submit({ ms: 600_000 });
    while ((await (await queues.transcribe.getJob(job.id))?.getState()) !== "active")
      await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 800));
    await openCancellation(redis, "groovesheet").cancel(job.id);
    expect(await outcome(job)).toBe("cancelled");
  });

  test("hands its job back when it stops, and another processor runs it", async () => {
    const first = await start();
    const job = await submit({ ms: 2000 });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await first.stop();
    started.length = 0;
    expect(await (await queues.transcribe.getJob(job.id))?.getState()).toMatch(/waiting|prioritized/);
    await start();
    expect(await outcome(job)).toHaveProperty("summary");
  });

  test("runs the first song of a second person before the last song of the first", async () => {
    const journal = join(folder, "order");
    const mine = [];
    for (let index = 0; index < 4; index++) {
      const job = { ...exampleRequest(), source: { hash: "", name: `mine${index}.wav`, bytes: 1 } };
      mine.push(await submitNamed(job, journal, index));
    }
    const theirs = await submitNamed(
      { ...exampleRequest(), source: { hash: "", name: "theirs.wav", bytes: 1 } },
      journal,
      0,
    );
    await start();
    for (const job of [...mine, theirs]) await outcome(job);
    const order = execFileSync("cat", [journal]).toString().trim().split("\n");
    expect(order).toEqual(["mine0.wav", "theirs.wav", "mine1.wav", "mine2.wav", "mine3.wav"]);
  });

  const submitNamed = async (job: TranscriptionJob, journal: string, ahead: number): Promise<TranscriptionJob> => {
    const key = `incoming-${Math.random()}`;
    await store.put(key, JSON.stringify({ journal, ms: 10, nonce: Math.random() }));
    const hash = await hashFile(join(folder, "store", key));
    await store.putFile(sourceKey(hash), join(folder, "store", key));
    const named = { ...job, source: { ...job.source, hash } };
    await enqueue(queues, named, ahead);
    return named;
  };

  test("leaves no temporary folders after finished jobs and a killed processor", async () => {
    const left = join(tmpdir(), "groovesheet-work-999999999-left");
    await mkdir(left);
    await start();
    await outcome(await submit({}));
    const mine = (name: string) => name.startsWith(`groovesheet-work-${process.pid}-`) || left.endsWith(name);
    expect((await readdir(tmpdir())).filter(mine)).toEqual([]);
  });
});
