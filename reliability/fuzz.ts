/**
 * Everything that a stranger can send, misshapen at random but the same for the same seed:
 *
 *   npm run fuzz -- [--media 2000] [--jobs 1000] [--interactions 1000] [--urls 500] [--seed 1]
 *
 * Damaged files of ten formats through the bot's look and the decoder's child process; jobs through their schemas and a
 * real worker; interactions to a real bot; hostile links through the fetcher. Ends with 1 where a process that must live
 * ended, memory went over its limit, an error has no type of ours, or an address inside was asked.
 */
import { parseArgs } from "node:util";
import { fuzzMedia } from "./fuzz/media.ts";
import { fuzzInteractions, fuzzJobs } from "./fuzz/payloads.ts";
import type { Findings } from "./fuzz/tally.ts";
import { fuzzUrls } from "./fuzz/urls.ts";
import { randomFrom } from "./random.ts";

const PARTS = { media: fuzzMedia, jobs: fuzzJobs, interactions: fuzzInteractions, urls: fuzzUrls };
/** megabytes resident: a parent's, which holds test servers besides, and a child's with its FFmpeg */
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
