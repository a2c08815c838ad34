/**
 * Sends randomly malformed input of every kind that a stranger can send; the same seed gives the same input:
 *
 *   npm run fuzz -- [--media 2000] [--jobs 1000] [--interactions 1000] [--urls 500] [--seed 1]
 *
 * Damaged files of ten formats go through the bot's file check and the decoder's child process, jobs through the schemas
 * and a real worker, interactions to a real bot, hostile links through the fetcher. The exit code is 1 if a process that
 * must survive ended, memory exceeded its limit, an error is not one of the project's types, or an internal address was
 * contacted.
 */
import { parseArgs } from "node:util";
import { fuzzMedia } from "./fuzz/media.ts";
import { fuzzInteractions, fuzzJobs } from "./fuzz/payloads.ts";
import type { Findings } from "./fuzz/tally.ts";
import { fuzzUrls } from "./fuzz/urls.ts";
import { randomFrom } from "./random.ts";

const PARTS = { media: fuzzMedia, jobs: fuzzJobs, interactions: fuzzInteractions, urls: fuzzUrls };
/** resident memory, megabytes: of the parent, which also runs test servers, and of a child with its FFmpeg */
const MEMORY = { parent: 1200, child: 2200 };

const { values } = parseArgs({
  options: {
    media: { type: "string", default: "2000" },
    jobs: { type: "string", default: "1000" },
    interactions: { type: "string", default: "1000" },
    urls: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
  },
});

let faults = 0;
for (const [name, fuzz] of Object.entries(PARTS)) {
  const count = Number(values[name as keyof typeof PARTS]);
  if (count === 0) continue;
  const startedAt = performance.now();
  const findings = await fuzz(count, randomFrom(Number(values.seed)));
  faults += report(findings, count, (performance.now() - startedAt) / 1000);
}
console.log(faults === 0 ? "no violation" : `${faults} violations`);
process.exit(faults === 0 ? 0 : 1);

function report({ what, outcomes, violations, memory }: Findings, count: number, seconds: number): number {
  const large = (["parent", "child"] as const).flatMap((who) =>
    memory[who] > MEMORY[who] ? [`${memory[who]} MB resident in the ${who}, limit ${MEMORY[who]}`] : [],
  );
  const all = [...violations, ...large];
  console.log(`\n${count} ${what}, ${seconds.toFixed(0)} s`);
  for (const [outcome, times] of Object.entries(outcomes).toSorted(([, a], [, b]) => b - a)) {
    console.log(`  ${String(times).padStart(6)}  ${outcome}`);
  }
  console.log(`  most memory: parent ${memory.parent} MB, one process below it ${memory.child} MB`);
  console.log(`  violations: ${all.length}`);
  for (const line of all) console.log(`    ${line}`);
  return all.length;
}
