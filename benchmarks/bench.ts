/**
 * Measures the time of each stage, as a share of the recording's duration, and the memory; then the time of each
 * correction, compared with the transcription in the same run:
 *
 *   npm run bench -- [FILE] [--seconds 180] [--separation off|on]
 *
 * FILE (the example by default) is looped or cut to the length. One process, without separation by default.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_FORMATS, listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Performance } from "@groovesheet/jobs/performance.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { renotate, transcribe } from "@groovesheet/processor/pipeline.ts";
import type { z } from "zod";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "180" }, separation: { type: "string", default: "off" } },
});
const examples = new URL("../examples/", import.meta.url).pathname;
const source = positionals[0] ?? join(examples, readdirSync(examples).find((file) => /\.(ogg|flac|mp3)$/.test(file))!);
const folder = mkdtempSync(join(tmpdir(), "groovesheet-bench-"));
try {
  const song = join(folder, "song.mp3");
  const repeated = ["-v", "error", "-stream_loop", "-1", "-i", source, "-t", values.seconds, "-b:a", "192k", song];
  if (spawnSync("ffmpeg", repeated, { stdio: "inherit" }).status !== 0) throw new Error("ffmpeg failed");
  const start = performance.now();
  const result = await transcribe(song, {
    listen: listenOptionsSchema.parse({ separation: values.separation }),
    notate: notateOptionsSchema.parse({}),
    formats: DEFAULT_FORMATS,
    devices: ["cpu"],
    limits: decodeLimits(),
  });
  const total = (performance.now() - start) / 1000;
  report(result.performance.duration, { ...result.stageSeconds, all: total });
  const bars = result.score.measures.length;
  console.log(`${result.performance.hits.length} hits, ${bars} bars, ${result.files.length} files`);
  console.log(`largest resident memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  await reportCorrections(result.performance, total);
} finally {
  rmSync(folder, { recursive: true });
}

/** Makes the files of the bot's reply; the processor's child process is as warm as this one is by now. */
async function reportCorrections(heard: Performance, transcription: number): Promise<void> {
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
  console.log("\n| correction | seconds | CPU seconds | part of the transcription |\n|---|---|---|---|");
  for (const [name, changes] of Object.entries(corrections)) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    await renotate(heard, { notate: notateOptionsSchema.parse(changes), formats: ["musicxml", "midi", "pdf", "png"] });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const work = ((user + system) / 1e6).toFixed(2);
    console.log(`| ${name} | ${seconds.toFixed(2)} | ${work} | 1/${(transcription / seconds).toFixed(0)} |`);
  }
}

function report(duration: number, seconds: Partial<Record<Stage | "all", number>>): void {
  console.log(`${duration.toFixed(0)} s of sound, ${availableParallelism()} cores, separation ${values.separation}`);
  console.log("\n| stage | seconds | share of the duration | times faster than real time |\n|---|---|---|---|");
  for (const [stage, taken] of Object.entries(seconds)) {
    const share = taken / duration;
    console.log(`| ${stage} | ${taken.toFixed(2)} | 1/${(1 / share).toFixed(0)} | ${(1 / share).toFixed(1)} |`);
  }
}
