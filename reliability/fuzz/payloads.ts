import { guildPreferencesSchema } from "@groovesheet/bot/persistence/preferences.ts";
import { USER_ERROR_CODES } from "@groovesheet/jobs/errors.ts";
import { performanceSchema } from "@groovesheet/jobs/performance.ts";
import { jobSchema, requestSchema } from "@groovesheet/jobs/request.ts";
import { FAULTS, jobResultSchema, progressSchema, readFailure } from "@groovesheet/jobs/result.ts";
import type { z } from "zod";
import { type Person, until } from "../../tests/support/discord/server.ts";
import { exampleRequest, exampleResult } from "../../tests/support/example-job.ts";
import { Stage, sound } from "../../tests/support/stage.ts";
import { spawnBot } from "../load/bot-process.ts";
import { pick } from "../random.ts";
import { mutateJson } from "./mutate.ts";
import { type Findings, openTally, type Tally } from "./tally.ts";

const KNOWN: readonly string[] = [...USER_ERROR_CODES, ...FAULTS, "cancelled"];
/** interactions between two checks that the bot still answers */
const LOOK_EVERY = 50;
const TIMES_ASKED = 10;

/** Sends malformed jobs and related data through the schemas and a real worker on a real queue. */
export async function fuzzJobs(count: number, random: () => number): Promise<Findings> {
  const tally = openTally("mutated job payloads");
  const stage = await new Stage().open();
  try {
    await stage.startProcessor({ CONCURRENCY: "4" });
    for (let index = 0; index < count; index++) {
      checkSchemas(random, tally);
      const id = `fuzz${index}`;
      const data = mutateJson(exampleRequest({ id }), random);
      await stage.queues.transcribe.add("transcribe", data as never, { jobId: id, attempts: 2 });
    }
    for (let index = 0; index < count; index++) {
      const id = `fuzz${index}`;
      await until(async () => (await stage.queues.transcribe.getJobState(id)) === "failed", 120_000);
      const { code } = readFailure((await stage.queues.transcribe.getJob(id))?.failedReason);
      if (KNOWN.includes(code)) tally.count(`job ${code}`);
      else tally.complain(`${id} failed as ${code}`);
    }
  } finally {
    await stage.close();
  }
  return tally.end();
}

function checkSchemas(random: () => number, tally: Tally): void {
  const result = { summary: exampleResult(16), artifacts: [], performanceKey: "results/a", seconds: 1 };
  const performance = { version: 1, duration: 1, hits: [], beats: [], tempo: 120, meter: "4/4" };
  const cases: readonly (readonly [z.ZodType, object])[] = [
    [jobSchema, exampleRequest()],
    [requestSchema, exampleRequest()],
    [jobResultSchema, result],
    [progressSchema, { stage: "listen", fraction: 0.5, done: 0.5 }],
    [performanceSchema, { ...performance, separated: false, model: "m", notices: [] }],
    [guildPreferencesSchema, { channels: ["1"], roles: [], private: false }],
  ];
  const [schema, example] = pick(random, cases);
  try {
    tally.count(schema.safeParse(mutateJson(example, random)).success ? "schema takes it" : "schema refuses it");
    readFailure(JSON.stringify(mutateJson({ code: "crashed", facts: {} }, random)));
  } catch (error) {
    tally.complain(`a schema threw ${String(error).slice(0, 200)}`);
  }
}

/** Sends malformed interactions and unreadable records to a bot in its own process, which must survive. */
export async function fuzzInteractions(count: number, random: () => number): Promise<Findings> {
  const stage = await new Stage().open();
  for (let index = 0; index < LOOK_EVERY; index++) {
    const record = mutateJson(exampleRequest({ id: `odd${index}` }), random);
    await stage.redis.set(`groovesheet:request:odd${index}`, JSON.stringify(record) ?? "");
    await stage.redis.zadd("groovesheet:open", index, `odd${index}`);
  }
  const bot = await spawnBot(stage, { LOG_LEVEL: "info", LIMIT_USER_AT_ONCE: "9999", LIMIT_USER_PER_DAY: "9999" });
  const tally = openTally("mutated interaction payloads", bot.pid);
  const dispatch = stage.discord.gateway.dispatch.bind(stage.discord.gateway);
  const sent = [];
  try {
    for (let index = 0; index < count; index++) {
      stage.discord.gateway.dispatch = (event, data) => {
        const { guild_id } = data as { guild_id?: string }; // the local Discord routes the event by it
        dispatch(event, { ...mutateJson(data, random), ...(guild_id ? { guild_id } : {}) });
      };
      const by = stage.discord.person(`f${index}`, { admin: random() < 0.3 });
      sent.push(pick(random, ASKS)(stage, by));
      stage.discord.gateway.dispatch = dispatch;
      if (index % LOOK_EVERY === LOOK_EVERY - 1 && !(await answers(stage))) tally.complain(`no answer after ${index}`);
    }
    if (!(await answers(stage))) tally.complain("no answer at the end");
    for (const { ackMs } of sent) tally.count(ackMs === undefined ? "left alone" : "answered");
    if (!bot.isRunning()) tally.complain(`the bot ended: ${bot.lines.at(-1)}`);
  } finally {
    if (bot.isRunning()) await bot.stop();
    await stage.close();
  }
  return tally.end();
}

const ASKS: readonly ((stage: Stage, by: Person) => { readonly ackMs?: number })[] = [
  ({ discord }, by) => discord.command({ by }, "help"),
  ({ discord }, by) => discord.command({ by }, "about"),
  ({ discord }, by) => discord.command({ by }, "jobs list"),
  ({ discord }, by) => discord.command({ by }, "queue show"),
  ({ discord }, by) => discord.command({ by }, "settings show"),
  ({ discord }, by) => discord.command({ by }, "transcribe", { file: sound(), title: "T", tempo: 120, meter: "4/4" }),
  ({ discord }, by) => discord.command({ by }, "transcribe", { link: "http://127.0.0.1/x" }),
  ({ discord }, by) => discord.complete({ by }, "transcribe", "meter", "4"),
  ({ discord }, by) => discord.messageCommand({ by }, "Transcribe drums", discord.say(by, "300000000000000001", "hi")),
];

/** @returns whether the bot answers repeated requests; on a busy machine it can be slow */
async function answers({ discord }: Stage): Promise<boolean> {
  for (let times = 0; times < TIMES_ASKED; times++) {
    const asked = discord.command({ by: discord.person("control") }, "help");
    if (await until(() => asked.ackMs !== undefined, 4000).catch(() => false)) return true;
  }
  return false;
}
