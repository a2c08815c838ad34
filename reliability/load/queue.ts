/**
 * Sends 500 jobs of many people through the queue with a stub pipeline: `npx tsx reliability/load/queue.ts`. The exit code
 * is 1 if the order is not fair, a status edit came too soon, memory grows, or an answer is missing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../tests/support/discord/server.ts";
import { isScore, Stage, sound } from "../../tests/support/stage.ts";
import { quantile, spawnBot } from "./bot-process.ts";

const GREEDY = 100;
const PEOPLE = 40;
const SONGS = 10;
const JOBS = GREEDY + PEOPLE * SONGS;
const CONCURRENCY = 4;

const stage = await new Stage().open();
const bot = await spawnBot(stage, {
  LIMIT_USER_AT_ONCE: String(GREEDY),
  LIMIT_USER_PER_DAY: "500",
  LIMIT_SERVER_AT_ONCE: "1000",
});

// one person sends a hundred songs before anybody else; half of the others use direct messages
for (let index = 0; index < GREEDY; index++) await send("greedy", index, false);
for (let index = 0; index < SONGS; index++) {
  for (let person = 0; person < PEOPLE; person++) await send(`person${person}`, index, person % 2 === 1);
}
await until(async () => (await stage.queues.transcribe.getPrioritizedCount()) === JOBS, 120_000);
const memory = [bot.memory()];
const began = Date.now();
await stage.startProcessor({ CONCURRENCY: String(CONCURRENCY) });
while ((await stage.records.openIds()).length > 0) {
  await sleep(1000);
  memory.push(bot.memory());
}
const seconds = (Date.now() - began) / 1000;
await sleep(500);

const jobs = (await stage.queues.transcribe.getCompleted(0, JOBS)).sort((a, b) => a.processedOn! - b.processedOn!);
// fair: no song starts before a song of another person that is earlier by more than one among that person's songs
const ranks = jobs.map((job) => Number(/ (\d+)(\.wav)?$/.exec(job.data.source.name)![1]));
let overtaken = 0;
let highest = 0;
ranks.forEach((rank, place) => {
  if (rank < highest - 1 && place >= CONCURRENCY) overtaken++;
  highest = Math.max(highest, rank);
});
const othersFirst = (name: string) => !name.startsWith("greedy") && / 0(\.wav)?$/.test(name);
const lastFirstSong = jobs.findLastIndex((job) => othersFirst(job.data.source.name));
const gaps = editGaps();
const third = Math.floor(memory.length / 3);
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const growth = average(memory.slice(-third)) - average(memory.slice(third, 2 * third));
const scores = [...stage.discord.world.messages.values()].filter(isScore).length;
const report = {
  jobs: JOBS,
  seconds,
  completed: jobs.length,
  messagesWithScore: scores,
  overtaken,
  everybodysFirstSongWithinFirst: lastFirstSong + 1,
  statusEdits: { count: gaps.length, shortestGapMs: Math.min(...gaps), medianGapMs: quantile(gaps, 0.5) },
  refusedPaths: refusedPaths(),
  refusedByRateLimit: stage.discord.requests.filter(({ status }) => status === 429).length,
  requestsASecond: { most: mostInASecond() },
  botMemoryMB: { start: memory[0], most: Math.max(...memory), growthFromSecondToLastThird: growth },
};
console.log(JSON.stringify(report, null, 2));
await bot.stop();
await stage.close();
const good = scores === JOBS && overtaken === 0 && Math.min(...gaps) >= 2500 && growth < 20;
process.exit(good ? 0 : 1);

async function send(person: string, index: number, direct: boolean): Promise<void> {
  const by = stage.discord.person(person);
  const file = sound({ ms: 400 + ((index * 137) % 800) }, `${person} ${index}.wav`);
  if (direct) stage.discord.direct(by, "", [file]);
  else stage.discord.command({ by }, "transcribe", { file });
  await sleep(30);
}

/** @returns milliseconds between two status edits of the same message; the answer may follow at once */
function editGaps(): number[] {
  const times = new Map<string, number[]>();
  for (const { method, path, status, at } of stage.discord.requests) {
    if (method === "PATCH" && status === 200) times.set(path, [...(times.get(path) ?? []), at]);
  }
  // the first edit says that the recording was received, the last one is the answer
  return [...times.values()].flatMap((all) =>
    all
      .slice(1, -1)
      .map((time, index) => time - all[index]!)
      .slice(1),
  );
}

function mostInASecond(): number {
  const seconds = new Map<number, number>();
  for (const { at } of stage.discord.requests) {
    const second = Math.floor(at / 1000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return Math.max(...seconds.values());
}

function refusedPaths() {
  const counts: Record<string, number> = {};
  for (const { method, path, status } of stage.discord.requests) {
    const key = `${method} ${path.replace(/\d{9,}|token\w+/g, "*")}`;
    if (status === 429) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
