/**
 * Jobs while everything around them breaks, at random but the same for the same seed:
 *
 *   npm run chaos -- [--jobs 300] [--processors 3] [--seed 1] [--every 5] [--keep]
 *
 * A bot, processors and a Redis as in life, with the real network, and a Discord of our own. Every few seconds a
 * processor or its child is killed, Redis or the bot restarted, or the store cut off for three seconds. At the end every
 * good recording must have one result and one reply, every poison one one error, and nothing may be left over. Ends
 * with 1 where that is not so. --keep leaves the logs.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { cleanStore } from "@groovesheet/jobs/store.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { deleteLeftovers } from "@groovesheet/jobs/temporary.ts";
import { descendants, readStat } from "../tests/support/processes.ts";
import { Stage } from "../tests/support/stage.ts";
import { layStore, startHavoc } from "./chaos/fault-injector.ts";
import { judge, remaining } from "./chaos/judge.ts";
import { makeMaterial } from "./chaos/material.ts";
import { Part } from "./chaos/parts.ts";
import { describeWaits, say, standingOf, type Wish } from "./chaos/simulated-users.ts";
import { randomFrom } from "./random.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "300" },
    processors: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    every: { type: "string", default: "5" },
    keep: { type: "boolean", default: false },
  },
});
/** wishes that are open at once */
const WINDOW = 16;
const LOOK_MS = 1000;
/** milliseconds a job may take in the mean, havoc included, before the run is given up */
const PATIENCE_MS = 30_000;
/** milliseconds after the last blow in which everything comes to its end */
const SETTLE_MS = 240_000;
const STOP_MS = 30_000;

const stage = await new Stage().open();
const logs = join(stage.folder, "logs");
const storeFolder = join(stage.folder, "store");
await Promise.all([mkdir(logs), layStore(storeFolder)]);
const env = stage.environment({
  LOG_LEVEL: "info",
  JOB_MEMORY_MB: "1500",
  SHUTDOWN_SECONDS: "5",
  ...Object.fromEntries(
    ["USER", "SERVER"].flatMap((who) => [
      [`LIMIT_${who}_AT_ONCE`, "9999"],
      [`LIMIT_${who}_PER_DAY`, "9999"],
    ]),
  ),
});
const part = (name: string, file: string) => new Part(name, file, env, join(logs, `${name}.log`));
const bot = part("bot", "bot/main.ts");
const processors = Array.from({ length: Number(values.processors) }, (_, index) =>
  part(`processor-${index + 1}`, "reliability/chaos/processor.ts"),
);
const seen = new Map<number, string>();
const wishes: Wish[] = makeMaterial(Number(values.jobs)).map((material, index) => ({
  material,
  direct: index % 3 === 2,
  asks: [],
  state: "unsaid",
}));

const began = performance.now();
const minutes = () => ((performance.now() - began) / 60_000).toFixed(1);
await sleep(5000); // a moment to start in
const havoc = startHavoc(
  { redis: stage.server, bot, processors, storeFolder },
  randomFrom(Number(values.seed)),
  Number(values.every) * 1000,
);
const finished = await letPeopleAsk(wishes.length * PATIENCE_MS + SETTLE_MS);
await havoc.stop();
const settled = await stage.settled(SETTLE_MS).then(
  () => true,
  () => false,
);
watchProcesses();
const codes = await Promise.all([bot, ...processors].map((each) => each.stop(STOP_MS)));
const left = await remaining(seen);

const store = openLocalStore(storeFolder);
const kept = { before: new Date(0), maxBytes: Number.POSITIVE_INFINITY };
const halfWritten = (await cleanStore(store, { ...kept, unfinishedBefore: new Date() })).deleted;
const temporary = await deleteLeftovers();
const { counts, violations } = await judge(stage, store, wishes);
const good = wishes.filter(({ material }) => !material.wrong).length;
const all = [
  ...violations,
  ...left,
  ...(finished ? [] : ["not every wish was answered in time"]),
  ...(settled ? [] : ["answers were still owed when all was quiet"]),
  ...codes.flatMap((code, index) => (code === 0 ? [] : [`part ${index} did not stop in order: ${code}`])),
];
console.log(
  `${wishes.length} recordings, ${good} good, ${wishes.length - good} poison; ${minutes()} min; seed ${values.seed}`,
);
console.log("blows:", havoc.counts);
console.log("starts:", Object.fromEntries([bot, ...processors].map(({ name, starts }) => [name, starts])));
console.log("asked:", counts);
for (const line of describeWaits(wishes)) console.log(line);
console.log("left by killed processes and deleted by the next:", { halfWritten, temporary });
console.log(`processes seen: ${seen.size}, left: ${left.length}`);
console.log(`violations: ${all.length}`);
for (const line of all) console.log(`  ${line}`);
if (values.keep) console.log(`logs: ${logs}`);
await stage.server.stop();
stage.discord.stop();
if (!values.keep) await rm(stage.folder, { recursive: true, force: true });
process.exit(all.length === 0 ? 0 : 1);

/** Every person says what they want, again where nobody hears them, until all are answered. @returns false if it takes too long */
async function letPeopleAsk(patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  let told = 0;
  for (;;) {
    watchProcesses();
    await Promise.all(wishes.filter(({ state }) => state === "waiting").map(lookAfter));
    const open = wishes.filter(({ state }) => state === "waiting").length;
    for (const wish of wishes.filter(({ state }) => state === "unsaid").slice(0, WINDOW - open)) {
      say(stage.discord, wish);
    }
    const answered = wishes.filter(({ state }) => state === "answered").length;
    if (answered >= told + 10 || answered === wishes.length) {
      told = answered;
      console.error(`${minutes()} min: ${answered} of ${wishes.length} answered`);
    }
    if (answered === wishes.length) return true;
    if (performance.now() > end) return false;
    await sleep(LOOK_MS);
  }
}

async function lookAfter(wish: Wish): Promise<void> {
  const standing = await standingOf(wish.asks.at(-1)!, stage.records).catch(() => "working"); // Redis is away
  if (standing === "answered") {
    wish.state = "answered";
    wish.waited = (performance.now() - wish.asks[0]!.at) / 1000;
  }
  if (standing === "unheard" || standing === "refused") say(stage.discord, wish);
}

function watchProcesses(): void {
  for (const { pid } of [bot, ...processors]) {
    for (const each of pid === undefined ? [] : [pid, ...descendants(pid)]) {
      const stat = readStat(each);
      if (stat) seen.set(each, stat.startedAt);
    }
  }
}
