/**
 * Runs jobs while faults are injected at random; the same seed gives the same faults:
 *
 *   npm run chaos -- [--jobs 300] [--processors 3] [--seed 1] [--every 5] [--keep]
 *
 * It runs a real bot, processors, Redis and networks against a local Discord. Every few seconds it kills a processor or its
 * child, restarts Redis or the bot, or cuts off the store for three seconds. At the end every good recording must have one
 * result and one reply, every defective one an error, and nothing may be left over; otherwise the exit code is 1. --keep
 * keeps the logs.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { deleteLeftovers } from "@groovesheet/jobs/processes/temporary.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { cleanStore } from "@groovesheet/jobs/stores/store.ts";
import { descendants, readStat } from "../tests/support/processes.ts";
import { Stage } from "../tests/support/stage.ts";
import { createStore, startFaultInjector } from "./chaos/fault-injector.ts";
import { makeRecordings } from "./chaos/recordings.ts";
import { describeWaits, type SimulatedUser, sendRequest, statusOf } from "./chaos/simulated-users.ts";
import { SupervisedProcess } from "./chaos/supervised-process.ts";
import { remaining, verify } from "./chaos/verify.ts";
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
/** requests that are open at once */
const WINDOW = 16;
const LOOK_MS = 1000;
/** milliseconds that a job may take on average, faults included, before the run is abandoned */
const PATIENCE_MS = 30_000;
/** milliseconds after the last fault within which all work must finish */
const SETTLE_MS = 240_000;
const STOP_MS = 30_000;

const stage = await new Stage().open();
const logs = join(stage.folder, "logs");
const storeFolder = join(stage.folder, "store");
await Promise.all([mkdir(logs), createStore(storeFolder)]);
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
const part = (name: string, file: string) => new SupervisedProcess(name, file, env, join(logs, `${name}.log`));
const bot = part("bot", "bot/main.ts");
const processors = Array.from({ length: Number(values.processors) }, (_, index) =>
  part(`processor-${index + 1}`, "reliability/chaos/processor.ts"),
);
const seen = new Map<number, string>();
const users: SimulatedUser[] = makeRecordings(Number(values.jobs)).map((recording, index) => ({
  recording,
  direct: index % 3 === 2,
  attempts: [],
  state: "idle",
}));

const began = performance.now();
const minutes = () => ((performance.now() - began) / 60_000).toFixed(1);
await sleep(5000); // a moment to start in
const faultInjector = startFaultInjector(
  { redis: stage.server, bot, processors, storeFolder },
  randomFrom(Number(values.seed)),
  Number(values.every) * 1000,
);
const finished = await runUsers(users.length * PATIENCE_MS + SETTLE_MS);
await faultInjector.stop();
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
const { counts, violations } = await verify(stage, store, users);
const good = users.filter(({ recording }) => !recording.defect).length;
const all = [
  ...violations,
  ...left,
  ...(finished ? [] : ["not every request was answered in time"]),
  ...(settled ? [] : ["requests were still unanswered after the run"]),
  ...codes.flatMap((code, index) => (code === 0 ? [] : [`part ${index} did not stop cleanly: ${code}`])),
];
console.log(
  `${users.length} recordings, ${good} good, ${users.length - good} defective; ${minutes()} min; seed ${values.seed}`,
);
console.log("faults:", faultInjector.counts);
console.log("starts:", Object.fromEntries([bot, ...processors].map(({ name, starts }) => [name, starts])));
console.log("requests:", counts);
for (const line of describeWaits(users)) console.log(line);
console.log("left by killed processes and deleted afterwards:", { halfWritten, temporary });
console.log(`processes seen: ${seen.size}, left: ${left.length}`);
console.log(`violations: ${all.length}`);
for (const line of all) console.log(`  ${line}`);
if (values.keep) console.log(`logs: ${logs}`);
await stage.server.stop();
stage.discord.stop();
if (!values.keep) await rm(stage.folder, { recursive: true, force: true });
process.exit(all.length === 0 ? 0 : 1);

/** Lets every user send a request, and send it again where it is not acknowledged, until all are answered. @returns false if it takes too long */
async function runUsers(patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  let reported = 0;
  for (;;) {
    watchProcesses();
    await Promise.all(users.filter(({ state }) => state === "waiting").map(retryIfNeeded));
    const open = users.filter(({ state }) => state === "waiting").length;
    for (const user of users.filter(({ state }) => state === "idle").slice(0, WINDOW - open)) {
      sendRequest(stage.discord, user);
    }
    const answered = users.filter(({ state }) => state === "answered").length;
    if (answered >= reported + 10 || answered === users.length) {
      reported = answered;
      console.error(`${minutes()} min: ${answered} of ${users.length} answered`);
    }
    if (answered === users.length) return true;
    if (performance.now() > end) return false;
    await sleep(LOOK_MS);
  }
}

async function retryIfNeeded(user: SimulatedUser): Promise<void> {
  const standing = await statusOf(user.attempts.at(-1)!, stage.records).catch(() => "working"); // Redis is away
  if (standing === "answered") {
    user.state = "answered";
    user.waited = (performance.now() - user.attempts[0]!.at) / 1000;
  }
  if (standing === "unacknowledged" || standing === "refused") sendRequest(stage.discord, user);
}

function watchProcesses(): void {
  for (const { pid } of [bot, ...processors]) {
    for (const each of pid === undefined ? [] : [pid, ...descendants(pid)]) {
      const stat = readStat(each);
      if (stat) seen.set(each, stat.startedAt);
    }
  }
}
