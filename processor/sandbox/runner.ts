/**
 * The child process that runs the pipeline. A fault of native code ends only this process, and the parent starts a new
 * one. Its one argument is the URL of the pipeline's module.
 */
import { writeFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { killGroup } from "@groovesheet/jobs/processes/process-group.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import type { Transcription } from "../pipeline.ts";
import type { FromChild, Pipeline, Task, ToChild } from "./messages.ts";
import { summarise } from "./summary.ts";

const HEARTBEAT_MS = 1000;
/** When memory runs out, Linux should kill this process and not its parent (range: -1000 to 1000). */
const OOM_SCORE_ADJUSTMENT = "500";

const send = (message: FromChild) => {
  if (process.connected) process.send?.(message);
};
process.on("disconnect", () => killGroup(process.pid)); // the parent is gone: nothing waits for a result
endWithParent();
await writeFile("/proc/self/oom_score_adj", OOM_SCORE_ADJUSTMENT).catch(() => {}); // Linux only
const pipeline = (await import(process.argv[2]!)) as Pipeline;
let running: AbortController | undefined;

process.on("message", (message: ToChild) => {
  if (message.type === "abort") running?.abort();
  else void run(message.task);
});
const sendHeartbeat = () => send({ type: "heartbeat", residentBytes: process.memoryUsage.rss() });
setInterval(sendHeartbeat, HEARTBEAT_MS).unref();
sendHeartbeat();

/** A separate thread notices a missing parent even while this one is stuck in a loop or in native code. */
function endWithParent(): void {
  const watch = new Worker(new URL("./orphan.mjs", import.meta.url), { workerData: { parent: process.ppid } });
  watch.on("error", () => {}); // `disconnect` remains
  watch.unref();
}

async function run(task: Task): Promise<void> {
  running = new AbortController();
  try {
    const transcription = await runStages(task, running.signal);
    const { score: _, ...result } = transcription;
    send({ type: "done", result: { summary: summarise(transcription), ...result } });
  } catch (error) {
    if (error instanceof UserError) send({ type: "userError", code: error.code, facts: error.facts });
    else send({ type: "bug", details: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    running = undefined;
  }
}

async function runStages(task: Task, signal: AbortSignal): Promise<Transcription> {
  const onDuration = (seconds: number) => send({ type: "duration", seconds });
  const onProgress = (stage: Stage, fraction: number) => send({ type: "progress", stage, fraction });
  if (task.kind === "renotate") {
    onDuration(task.performance.duration);
    return await pipeline.renotate(task.performance, { ...task.options, onProgress, signal });
  }
  const onLog = (line: string) => send({ type: "log", line });
  return await pipeline.transcribe(task.path, { ...task.options, onDuration, onProgress, onLog, signal });
}
