/**
 * The child process in which the pipeline runs. A fault of native code ends this process and no other; whoever started
 * it hears of it and starts a fresh one. Its one argument is the address of the pipeline's module.
 */
import { writeFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import type { Pipeline, Transcription } from "./contract.ts";
import { killGroup } from "./group.ts";
import type { FromChild, Task, ToChild } from "./messages.ts";
import { summarise } from "./summary.ts";

const HEARTBEAT_MS = 1000;
/** Where memory runs out, the system is to take this process and not its parent (Linux: -1000 to 1000). */
const SACRIFICE = "500";

const tell = (message: FromChild) => {
  if (process.connected) process.send?.(message);
};
process.on("disconnect", () => killGroup(process.pid)); // the parent is gone: nobody waits for what is made here
endWithParent();
await writeFile("/proc/self/oom_score_adj", SACRIFICE).catch(() => {}); // no such thing elsewhere
const pipeline = (await import(process.argv[2]!)) as Pipeline;
let running: AbortController | undefined;

process.on("message", (message: ToChild) => {
  if (message.type === "abort") running?.abort();
  else void work(message.task);
});
const beat = () => tell({ type: "heartbeat", residentBytes: process.memoryUsage.rss() });
setInterval(beat, HEARTBEAT_MS).unref();
beat();

/** A thread of its own sees that the parent is gone where this one hangs, in an endless loop or in native code. */
function endWithParent(): void {
  const watch = new Worker(new URL("./orphan.mjs", import.meta.url), { workerData: { parent: process.ppid } });
  watch.on("error", () => {}); // then only `disconnect` tells
  watch.unref();
}

async function work(task: Task): Promise<void> {
  running = new AbortController();
  try {
    const made = await walk(task, running.signal);
    const { score: _, ...product } = made;
    tell({ type: "done", product: { summary: summarise(made), ...product } });
  } catch (error) {
    if (error instanceof UserError) tell({ type: "userError", code: error.code, facts: error.facts });
    else tell({ type: "bug", details: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    running = undefined;
  }
}

async function walk(task: Task, signal: AbortSignal): Promise<Transcription> {
  const onDuration = (seconds: number) => tell({ type: "duration", seconds });
  const onProgress = (stage: Stage, fraction: number) => tell({ type: "progress", stage, fraction });
  if (task.kind === "renotate") {
    onDuration(task.performance.duration);
    return await pipeline.renotate(task.performance, { ...task.options, onProgress });
  }
  const onLog = (line: string) => tell({ type: "log", line });
  return await pipeline.transcribe(task.path, { ...task.options, onDuration, onProgress, onLog, signal });
}
