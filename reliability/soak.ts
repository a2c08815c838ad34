/**
 * Runs jobs back to back on one processor and measures its memory and that of each generation of its child:
 *
 *   npm run soak -- [--minutes 120]
 *
 * No recording is transcribed twice. Memory is resident memory (Linux), its slope a least-squares fit. The exit code is 1 if
 * a job failed.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { enqueue } from "@groovesheet/jobs/queue/queues.ts";
import { openLocalStore } from "@groovesheet/jobs/stores/local.ts";
import { resultsFolder, sourceKey } from "@groovesheet/jobs/stores/results.ts";
import { exampleRequest } from "../tests/support/example-job.ts";
import { descendants, isRunner } from "../tests/support/processes.ts";
import { Stage } from "../tests/support/stage.ts";
import { makeRecordings } from "./chaos/recordings.ts";
import { SupervisedProcess } from "./chaos/supervised-process.ts";
import { residentMegabytes } from "./fuzz/tally.ts";
import { slopeOf } from "./soak/slope.ts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "120" } } });
/** jobs in the queue at once */
const AHEAD = 3;
const LOOK_MS = 1000;
/** seconds during which a new process still loads what it needs */
const WARM_UP = 30;

const stage = await new Stage().open();
const store = openLocalStore(join(stage.folder, "store"));
const env = stage.environment({ LOG_LEVEL: "info" });
const processor = new SupervisedProcess(
  "processor",
  "processor/worker/main.ts",
  env,
  join(stage.folder, "processor.log"),
);
const takes = makeRecordings(10).filter(({ defect }) => !defect);
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;

const parent: [number, number][] = [];
const generations = new Map<number, { samples: [number, number][]; jobs: number }>();
const waiting = new Map<string, string>();
let done = 0;
let failed = 0;
let reported = 0;

while (seconds() < 60 * Number(values.minutes)) {
  while (waiting.size < AHEAD) await submit(done + failed + waiting.size);
  await sleep(LOOK_MS);
  sample();
  for (const [id, hash] of waiting) await collect(id, hash);
  if (seconds() > reported + 60) {
    reported = seconds();
    console.error(`${(reported / 60).toFixed(0)} min: ${done} jobs done, parent ${parent.at(-1)?.[1]} MB`);
  }
}
const code = await processor.stop(30_000);
await stage.close();

console.log(
  `${(seconds() / 60).toFixed(1)} min, ${done} jobs done, ${failed} failed; the processor began ${processor.starts} time(s), ended with ${code}`,
);
console.log(`parent: ${describe(parent, "hour", 3600)}`);
const all = [...generations.values()].filter(({ samples }) => lasted(samples) > WARM_UP + 10);
all.forEach(({ samples, jobs }, index) => {
  console.log(`generation ${index + 1}, ${jobs} jobs: ${describe(samples, "minute", 60)}`);
});
const means = all.map(({ samples }, index) => [index, slopeOf(warm(samples))?.mean ?? 0] as const);
const between = slopeOf(means.slice(0, -1));
if (between)
  console.log(`from one generation to the next: ${signed(between.perSecond)} MB ± ${between.uncertainty.toFixed(1)}`);
process.exit(failed === 0 && code === 0 ? 0 : 1);

async function submit(number: number): Promise<void> {
  const take = takes[number % takes.length]!;
  const data = Buffer.concat([take.data, Buffer.from(`take ${number}`)]); // after the sound: the same music, a different file
  const hash = createHash("sha256").update(data).digest("hex");
  await store.put(sourceKey(hash), data);
  const job = { ...exampleRequest(), id: `soak${number}`, source: { hash, name: "Take.wav", bytes: data.length } };
  await enqueue(stage.queues, job, 0);
  waiting.set(job.id, hash);
}

async function collect(id: string, hash: string): Promise<void> {
  const state = await stage.queues.transcribe.getJobState(id);
  if (state !== "completed" && state !== "failed") return;
  if (state === "completed") done++;
  else failed++;
  const current = [...generations.values()].at(-1);
  if (current) current.jobs++;
  waiting.delete(id);
  await stage.queues.transcribe.remove(id);
  await store.delete(sourceKey(hash));
  await store.delete(resultsFolder(hash));
}

function sample(): void {
  if (!processor.pid) return;
  parent.push([seconds(), residentMegabytes(processor.pid)]);
  for (const pid of descendants(processor.pid).filter(isRunner)) {
    const generation = generations.get(pid) ?? { samples: [], jobs: 0 };
    generations.set(pid, generation);
    generation.samples.push([seconds(), residentMegabytes(pid)]);
  }
}

function describe(samples: readonly [number, number][], unit: string, unitSeconds: number): string {
  const slope = slopeOf(warm(samples));
  if (!slope) return "too short to measure";
  const most = Math.max(...samples.map(([, megabytes]) => megabytes));
  const rise = `${signed(slope.perSecond * unitSeconds)} ± ${(slope.uncertainty * unitSeconds).toFixed(1)} MB a ${unit}`;
  return `${slope.mean.toFixed(0)} MB in the mean, ${most} MB at most, ${rise}`;
}

function warm(samples: readonly [number, number][]): readonly [number, number][] {
  return samples.filter(([at]) => at > samples[0]![0] + WARM_UP);
}

function lasted(samples: readonly [number, number][]): number {
  return samples.at(-1)![0] - samples[0]![0];
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(1)}`;
}
