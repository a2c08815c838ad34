/**
 * The child process in which the pipeline runs. A fault of native code ends this process and no other; whoever started
 * it hears of it and starts a fresh one. Its one argument is the address of the pipeline's module.
 */
import { UserError } from "../../jobs/errors.ts";
import type { Stage } from "../../jobs/result.ts";
import type { Pipeline, Transcription } from "./contract.ts";
import type { FromChild, Task, ToChild } from "./messages.ts";
import { summarise } from "./summary.ts";

const HEARTBEAT_MS = 1000;

const tell = (message: FromChild) => process.send?.(message);
const pipeline = (await import(process.argv[2]!)) as Pipeline;
let running: AbortController | undefined;

process.on("message", (message: ToChild) => {
  if (message.type === "abort") running?.abort();
  else void work(message.task);
});
process.on("disconnect", () => process.exit()); // the parent is gone: nobody waits for what is made here
setInterval(() => tell({ type: "heartbeat", residentBytes: process.memoryUsage.rss() }), HEARTBEAT_MS).unref();
tell({ type: "heartbeat", residentBytes: process.memoryUsage.rss() });

async function work(task: Task): Promise<void> {
  running = new AbortController();
  try {
    const made = await walk(task, running.signal);
    const { performance, files, stageSeconds } = made;
    tell({ type: "done", product: { summary: summarise(made), performance, files, stageSeconds } });
  } catch (error) {
    if (error instanceof UserError) tell({ type: "failed", failure: { code: error.code, facts: error.facts } });
    else tell({ type: "failed", error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    running = undefined;
  }
}

async function walk(task: Task, signal: AbortSignal): Promise<Transcription> {
  const onProgress = (stage: Stage, fraction: number) => tell({ type: "progress", stage, fraction });
  if (task.kind === "renotate") return await pipeline.renotate(task.performance, { ...task.options, onProgress });
  const { path, options, untitled } = task;
  const onLog = (line: string) => tell({ type: "log", line });
  return await pipeline.transcribe(path, { ...options, untitled, onProgress, onLog, signal });
}
