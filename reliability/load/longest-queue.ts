/**
 * Measures how long a queue one Redis and one bot can hold while interactions are acknowledged within a second:
 * `npx tsx reliability/load/longest-queue.ts [LENGTH,LENGTH,...]`. No processor runs; all jobs wait. The exit code
 * is 1 if the shortest length is already too long.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { enqueue } from "@groovesheet/jobs/queue/queues.ts";
import { jobSchema } from "@groovesheet/jobs/request.ts";
import { CHANNEL_ID, until } from "../../tests/support/discord/server.ts";
import { exampleRequest } from "../../tests/support/example-job.ts";
import { Stage } from "../../tests/support/stage.ts";
import { quantile, spawnBot } from "./bot-process.ts";

const lengths = (process.argv[2] ?? "1000,5000,20000,50000").split(",").map(Number);
const INTERACTIONS = 60;
const GAP_MS = 500;
const MOST_MS = 1000;
const AT_ONCE = 200;

const stage = await new Stage().open();
const bot = await spawnBot(stage, { LIMIT_QUEUE: "1000000", LIMIT_SERVER_AT_ONCE: "1000000" });
let longest = 0;
let queued = 0;
for (const length of lengths) {
  while (queued < length) await Promise.all(Array.from({ length: Math.min(AT_ONCE, length - queued) }, putOne));
  const acknowledged = await measure();
  const most = Math.max(...acknowledged);
  const memory = /used_memory:(\d+)/.exec(await stage.redis.info("memory"))![1];
  const numbers = {
    waiting: await stage.queues.transcribe.getPrioritizedCount(),
    acknowledgedMs: { median: quantile(acknowledged, 0.5), most },
    redisMB: Math.round(Number(memory) / 1e6),
    botMB: Math.round(bot.memory()),
  };
  console.log(JSON.stringify(numbers));
  if (most > MOST_MS) break;
  longest = length;
}
console.log(`the longest queue with all acknowledged within ${MOST_MS} ms: ${longest}`);
await bot.stop();
await stage.close();
process.exit(longest > 0 ? 0 : 1);

async function putOne(): Promise<void> {
  const number = queued++;
  const request = exampleRequest({
    id: `i${number}`,
    requester: { userId: `user${number % 500}`, guildId: `guild${number % 100}`, language: "en" },
    reply: { applicationId: "1", channelId: CHANNEL_ID, messageId: "1", private: false, sizeLimit: 10_000_000 },
  });
  await stage.records.create(request);
  await enqueue(stage.queues, jobSchema.parse(request), number % 5);
}

/** @returns milliseconds to each acknowledgement, over a period in which the bot reads the whole queue */
async function measure(): Promise<number[]> {
  const asked: ReturnType<typeof stage.discord.command>[] = [];
  for (let index = 0; index < INTERACTIONS; index++) {
    const by = stage.discord.person(`person${index}`);
    asked.push(stage.discord.command({ by }, index % 2 ? "help" : "jobs list"));
    await sleep(GAP_MS);
  }
  await until(() => asked.every(({ ackMs }) => ackMs !== undefined), 60_000);
  return asked.map(({ ackMs }) => ackMs!);
}
