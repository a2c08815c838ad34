import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { renameSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeQueue } from "@groovesheet/bot/messages/views/queue-view.ts";
import { presentProcessors } from "@groovesheet/jobs/queue/processors.ts";
import { enqueue } from "@groovesheet/jobs/queue/queues.ts";
import type { TranscriptionJob } from "@groovesheet/jobs/request.ts";
import { readFailure } from "@groovesheet/jobs/result.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { sourceKey } from "@groovesheet/jobs/stores/results.ts";
import { hashFile } from "@groovesheet/jobs/stores/store.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import { exampleRequest } from "../support/example-job.ts";
import { phrase } from "../support/phrases.ts";
import type { Orders } from "../support/pipeline.ts";
import { descendants, isRunner } from "../support/processes.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage } from "../support/stage.ts";

const linux = process.platform === "linux";
if (!linux) console.warn("skipped: the tests of killed processes find them in /proc");

/** Faults of the machine are not the job's: it begins again, and nothing is counted against it. */
describe.skipIf(!hasRedis || !linux)("a failing machine", () => {
  let stage: Stage;
  const spawned: ChildProcess[] = [];
  beforeEach(async () => {
    stage = await new Stage().open();
  });
  afterEach(async () => {
    for (const child of spawned.splice(0)) child.kill("SIGKILL");
    await stage.close();
  });

  const submit = async (orders: Orders): Promise<TranscriptionJob> => {
    const path = join(stage.folder, `${Math.random()}`);
    await writeFile(path, `RIFF ${JSON.stringify({ ...orders, same: String(Math.random()) })}`);
    const hash = await hashFile(path);
    await openLocalStore(join(stage.folder, "store")).putFile(sourceKey(hash), path);
    const job = { ...exampleRequest(), source: { hash, name: "Song.wav", bytes: 10 } };
    await enqueue(stage.queues, job, 0);
    return job;
  };
  const stored = async ({ id }: TranscriptionJob) => (await stage.queues.transcribe.getJob(id))!;
  const outcome = async (job: TranscriptionJob, ms = 40_000) => {
    const state = await until(async () => {
      const now = await stage.queues.transcribe.getJobState(job.id).catch(() => "");
      return now === "completed" || now === "failed" ? now : undefined;
    }, ms);
    return state === "completed" ? state : readFailure((await stored(job)).failedReason).code;
  };
  const active = (job: TranscriptionJob) => until(async () => (await stored(job))?.isActive(), 20_000);
  const runner = () => until(() => descendants(process.pid).find(isRunner), 20_000);

  test("finishes a job whose child is killed from outside twice, without counting failures", async () => {
    await stage.startProcessor();
    const job = await submit({ ms: 2000 });
    for (const _ of ["once", "twice"]) {
      await active(job);
      const pid = await runner();
      process.kill(pid, "SIGKILL");
      await until(() => !descendants(process.pid).includes(pid));
    }
    expect(await outcome(job)).toBe("completed");
    expect((await stored(job)).attemptsMade).toBe(1);
  });

  test("fails a job whose child is always killed after the maximum number of starts", async () => {
    await stage.startProcessor();
    const job = await submit({ ms: 60_000 });
    let killing = true;
    const kill = (async () => {
      while (killing) {
        const pid = descendants(process.pid).find(isRunner);
        if (pid) process.kill(pid, "SIGKILL");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    expect(await outcome(job)).toBe("internal");
    killing = false;
    await kill;
  });

  test("finishes a job whose processor freezes twice", async () => {
    const env = { ...process.env, ...stage.environment({ LOCK_SECONDS: "1" }) };
    const start = () => {
      const args = ["--import", "tsx", "tests/reliability/processor.ts"];
      const child = spawn(process.execPath, args, { env, stdio: "ignore" });
      spawned.push(child);
      return child;
    };
    const job = await submit({ ms: 3000 });
    for (const _ of ["once", "twice"]) {
      const standing = start();
      const before = (await stored(job)).attemptsStarted;
      await until(async () => (await stored(job)).attemptsStarted > before, 30_000);
      standing.kill("SIGSTOP");
    }
    await stage.startProcessor({ LOCK_SECONDS: "1" });
    expect(await outcome(job, 60_000)).toBe("completed");
    // They wake up, find that it is done, and go on.
    for (const child of spawned) child.kill("SIGCONT");
    const next = await submit({});
    expect(await outcome(next)).toBe("completed");
  });

  test("takes no jobs while the store is unreachable and finishes them when it is back", async () => {
    await stage.startProcessor();
    const store = join(stage.folder, "store");
    const job = await submit({ ms: 1500 });
    const next = await submit({});
    await active(job);
    await writeFile(`${store}-blocked`, "");
    renameSync(store, `${store}-away`); // at once: a store that is missing is made anew
    renameSync(`${store}-blocked`, store);
    const presence = () => presentProcessors(stage.redis, "groovesheet");
    await until(async () => (await presence())[0]?.circuitOpen, 20_000);
    expect(await stage.queues.transcribe.getActiveCount()).toBe(0);
    const quiet = { waiting: 2, delayed: 0, active: [], failed: [], unfinished: [], done: 0 };
    const shown = { ...quiet, oldestWait: undefined, paused: false, processors: await presence() };
    expect(describeQueue("en", shown)).toMatch(phrase("queueInTrouble"));
    await rm(store);
    await rename(`${store}-away`, store);
    expect([await outcome(job), await outcome(next)]).toEqual(["completed", "completed"]);
    await until(async () => (await presence())[0]?.circuitOpen === false);
  });

  test("jobs wait while Redis is full and run when there is room", async () => {
    await stage.startProcessor({ LOCK_SECONDS: "2" });
    const job = await submit({ ms: 1500 });
    await active(job);
    await stage.redis.config("SET", "maxmemory", "1");
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await stage.redis.config("SET", "maxmemory", "0");
    expect(await outcome(job)).toBe("completed");
    expect(await outcome(await submit({}))).toBe("completed");
  });

  test("finishes a job across a crash and restart of Redis", async () => {
    await stage.startProcessor({ LOCK_SECONDS: "2" });
    const job = await submit({ ms: 1500 });
    await active(job);
    await stage.server.pause();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await stage.server.resume();
    expect(await outcome(job)).toBe("completed");
  });

  test("the processor stops even if Redis is unreachable", async () => {
    const processor = await stage.startProcessor();
    const job = await submit({ ms: 60_000 });
    await active(job);
    await stage.server.pause();
    await processor.stop();
    expect(descendants(process.pid).filter(isRunner)).toEqual([]);
    await stage.server.resume();
  });

  test.each([
    ["works", { ms: 60_000 }],
    ["hangs", { act: "hang" }],
  ] as const)("a child that %s ends when its processor is killed", async (_, orders) => {
    const env = { ...process.env, ...stage.environment() };
    const args = ["--import", "tsx", "tests/reliability/processor.ts"];
    const child = spawn(process.execPath, args, { env, stdio: "ignore" });
    spawned.push(child);
    const job = await submit(orders);
    await until(async () => (await stored(job)).isActive(), 30_000);
    const pids = await until(() => {
      const found = descendants(child.pid!).filter(isRunner);
      return found.length > 0 && found;
    });
    await new Promise((resolve) => setTimeout(resolve, 3000)); // it has begun to hang by now
    child.kill("SIGKILL");
    await once(child, "exit");
    await until(() => pids.every((pid) => !isRunner(pid)));
  });

  test("fails an unknown job as an internal error and runs the next one", async () => {
    await stage.startProcessor();
    await mkdir(join(stage.folder, "store"), { recursive: true });
    const job = await stage.queues.transcribe.add("transcribe", { nonsense: true } as never, { jobId: "odd" });
    expect(await outcome({ id: job.id } as TranscriptionJob)).toBe("internal");
    expect(await outcome(await submit({}))).toBe("completed");
  });
});
