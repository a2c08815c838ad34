import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import { freePort, hasRedis } from "../support/redis.ts";
import { Stage, sound } from "../support/stage.ts";

/** The value of a sample in Prometheus' text format; labels in any order. */
function sample(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text
    .split("\n")
    .find((each) => new RegExp(`^${name}[{ ]`).test(each) && wanted.every((label) => each.includes(label)));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

describe.skipIf(!hasRedis)("the status ports", () => {
  const stage = new Stage();
  let bot: string;
  let processor: string;
  beforeAll(async () => {
    await stage.open();
    const [botPort, processorPort] = [await freePort(), await freePort()];
    bot = `http://127.0.0.1:${botPort}`;
    processor = `http://127.0.0.1:${processorPort}`;
    await stage.startBot({ BOT_STATUS_PORT: String(botPort) });
    await stage.startProcessor({ PROCESSOR_STATUS_PORT: String(processorPort) });
  });
  afterAll(() => stage.close());

  const metrics = async (of: string) => await (await fetch(`${of}/metrics`)).text();
  const ready = async (of: string) => {
    const response = await fetch(`${of}/readyz`);
    return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
  };

  test("report that bot and processor are alive and ready", async () => {
    for (const of of [bot, processor]) expect(await (await fetch(`${of}/healthz`)).text()).toBe("ok");
    expect(await ready(bot)).toEqual({ status: 200, ready: true, redis: "ok", discord: "ok" });
    expect(await ready(processor)).toEqual({ status: 200, ready: true, redis: "ok", store: "ok" });
  });

  test("count scores and failures, with waits, stages and reasons", async () => {
    const ann = { by: stage.discord.person("ann") };
    const good = stage.discord.command(ann, "transcribe", { file: sound() });
    await stage.score(() => stage.discord.original(good));
    stage.discord.command(ann, "transcribe", { file: sound({ act: "silent" }) });
    await until(async () => sample(await metrics(bot), "groovesheet_answers_total", { state: "failed" }) === 1);
    await stage.settled();

    const text = await metrics(bot);
    expect(sample(text, "groovesheet_answers_total", { state: "done", reached: "true" })).toBe(1);
    expect(sample(text, "groovesheet_answers_total", { state: "failed", code: "audioSilent" })).toBe(1);
    expect(sample(text, "groovesheet_answer_seconds_count", { kind: "transcribe" })).toBe(2);
    expect(sample(text, "groovesheet_acknowledge_seconds_count")).toBe(2);
    expect(sample(text, "groovesheet_discord_responses_total", { status: "200" })).toBeGreaterThan(2);
    expect(sample(text, "groovesheet_discord_connections", { ready: "true" })).toBe(1);
    expect(sample(text, "groovesheet_queue_jobs", { kind: "transcribe", state: "waiting" })).toBe(0);
    expect(sample(text, "groovesheet_backlog_jobs")).toBe(0);
    expect(sample(text, "groovesheet_processors")).toBe(1);
    expect(sample(text, "groovesheet_unanswered_requests")).toBe(0);
    expect(sample(text, "process_resident_memory_bytes")).toBeGreaterThan(1e7);

    const worked = await metrics(processor);
    expect(sample(worked, "groovesheet_jobs_total", { outcome: "done" })).toBe(1);
    expect(sample(worked, "groovesheet_jobs_total", { outcome: "audioSilent" })).toBe(1);
    expect(sample(worked, "groovesheet_job_wait_seconds_count", { kind: "transcribe" })).toBe(2);
    expect(sample(worked, "groovesheet_stage_seconds_sum", { stage: "listen" })).toBe(0.05);
    expect(sample(worked, "groovesheet_realtime_factor_count")).toBe(1);
    expect(sample(worked, "groovesheet_device", { device: "cpu" })).toBe(1);
    expect(sample(worked, "groovesheet_running_jobs")).toBe(0);
    expect(sample(worked, "groovesheet_circuit_open")).toBe(0);
    if (process.platform === "linux")
      expect(sample(worked, "groovesheet_children_resident_bytes")).toBeGreaterThan(1e7);
  });

  test("report the number of waiting jobs and the age of the first", async () => {
    await stage.queues.transcribe.pause();
    const ann = { by: stage.discord.person("ann") };
    for (let index = 0; index < 3; index++) stage.discord.command(ann, "transcribe", { file: sound() });
    await until(async () => sample(await metrics(bot), "groovesheet_backlog_jobs") === 3);
    const text = await metrics(bot);
    expect(sample(text, "groovesheet_queue_jobs", { kind: "transcribe", state: "waiting" })).toBe(3);
    expect(sample(text, "groovesheet_queue_oldest_seconds", { kind: "transcribe" })).toBeGreaterThan(0);
    await stage.queues.transcribe.resume();
    await stage.settled();
  });

  test("report processes as alive but not ready, without old numbers, while Redis is unreachable", async () => {
    await stage.server.pause();
    for (const of of [bot, processor]) {
      expect((await fetch(`${of}/healthz`)).status).toBe(200);
      expect(await ready(of)).toMatchObject({ status: 503, ready: false, redis: "away" });
      expect((await fetch(`${of}/metrics`)).status).toBe(200);
    }
    expect(sample(await metrics(bot), "groovesheet_processors")).toBeUndefined();
    await stage.server.resume();
    await until(async () => (await ready(bot)).status === 200 && (await ready(processor)).status === 200);
  });
});
