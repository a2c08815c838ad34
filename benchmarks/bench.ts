/**
 * Measures the CPU time and the time of each stage, and the memory; then those of each correction:
 *
 *   npm run bench -- [FILE...] [--seconds 30,180] [--separation off|on]
 *
 * Each file (the example by default) is looped or cut to each length. CPU time is also given in yardsticks, a fixed piece of
 * arithmetic that is measured in the same process. One process, without separation by default.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_FORMATS, listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance } from "@groovesheet/jobs/performance.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { renotate, transcribe } from "@groovesheet/processor/pipeline.ts";
import type { z } from "zod";
import { cpuSeconds, measureYardstick } from "./bench/cpu.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "30,180" }, separation: { type: "string", default: "off" } },
});
const example = fileURLToPath(new URL("../examples/backbeat.ogg", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "groovesheet-bench-"));
let yardstick = measureYardstick();
let heard: DrumPerformance | undefined;
try {
  console.log(`start of the process and its modules: ${cpuSeconds().toFixed(2)} s of CPU time with the yardstick`);
  for (const source of positionals.length > 0 ? positionals : [example]) {
    for (const seconds of values.seconds.split(",")) heard = await measure(source, seconds);
  }
  if (heard) await reportCorrections(heard);
} finally {
  rmSync(folder, { recursive: true });
}

/** Transcribes a recording of the given length and prints what it took. */
async function measure(source: string, seconds: string): Promise<DrumPerformance> {
  const song = join(folder, "song.mp3");
  const repeated = [
    "-y",
    "-v",
    "error",
    "-stream_loop",
    "-1",
    "-i",
    source,
    "-map",
    "0:a:0",
    "-t",
    seconds,
    "-b:a",
    "192k",
    song,
  ];
  if (spawnSync("ffmpeg", repeated, { stdio: "inherit" }).status !== 0) throw new Error("ffmpeg failed");
  yardstick = measureYardstick();
  const stages = new Map<string, Cost>();
  const begun = new Map<Stage, Cost>();
  const start = now();
  const result = await transcribe(song, {
    listen: listenOptionsSchema.parse({ separation: values.separation }),
    notate: notateOptionsSchema.parse({}),
    formats: DEFAULT_FORMATS,
    devices: ["cpu"],
    limits: decodeLimits(),
    onProgress: (stage, fraction) => {
      if (fraction === 0 && !begun.has(stage)) begun.set(stage, now());
      if (fraction === 1) stages.set(stage, since(begun.get(stage)!));
    },
  });
  stages.set("all", since(start));
  const { performance: played, score, files } = result;
  const bars = score.measures.length;
  console.log(`\n${basename(source)}, ${seconds} s: ${played.hits.length} hits, ${bars} bars, ${files.length} files`);
  console.log(`${availableParallelism()} cores, separation ${values.separation}, yardstick ${yardstick.toFixed(2)} s`);
  console.log("\n| stage | CPU seconds | yardsticks | seconds | times faster than real time |\n|---|---|---|---|---|");
  for (const [stage, cost] of stages) {
    console.log(`| ${stage} | ${describe(cost)} | ${(Number(seconds) / cost.seconds).toFixed(1)} |`);
  }
  console.log(`\nlargest resident memory so far: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  return played;
}

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
}

function now(): Cost {
  return { seconds: performance.now() / 1000, cpu: cpuSeconds() };
}

function since(start: Cost): Cost {
  const end = now();
  return { seconds: end.seconds - start.seconds, cpu: end.cpu - start.cpu };
}

function describe({ cpu, seconds }: Cost): string {
  return `${cpu.toFixed(2)} | ${(cpu / yardstick).toFixed(2)} | ${seconds.toFixed(2)}`;
}

/** Makes the files of the bot's reply; the processor's child process is as warm as this one is by now. */
async function reportCorrections(performance: DrumPerformance): Promise<void> {
  const corrections: Readonly<Record<string, z.input<typeof notateOptionsSchema>>> = {
    "half time": { tempoScale: "half" },
    "double time": { tempoScale: "double" },
    "shift downbeat": { shiftDownbeat: 1 },
    meter: { meter: "3/4" },
    swing: { swing: "on" },
    grid: { grid: "8" },
    detail: { detail: "simple" },
    title: { title: "Another" },
  };
  console.log("\n| correction of the last one | CPU seconds | yardsticks | seconds |\n|---|---|---|---|");
  for (const [name, changes] of Object.entries(corrections)) {
    const start = now();
    await renotate(performance, {
      notate: notateOptionsSchema.parse(changes),
      formats: ["musicxml", "midi", "pdf", "png"],
    });
    console.log(`| ${name} | ${describe(since(start))} |`);
  }
}
