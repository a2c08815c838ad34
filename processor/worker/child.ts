import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Fault } from "../../jobs/result.ts";
import { JobFailure } from "./failure.ts";
import type { FromChild, Product, Task, ToChild } from "./messages.ts";

export interface ChildLimits {
  /** for one task */
  readonly seconds: number;
  /** resident memory, 1 MB = 1 000 000 bytes */
  readonly megabytes: number;
  /** after which a child is replaced */
  readonly tasks: number;
  /** seconds without a word after which a child counts as hung; one run of a network blocks it for a while */
  readonly silentSeconds: number;
}

export interface TaskListeners {
  readonly onProgress: (message: Extract<FromChild, { type: "progress" }>) => void;
  readonly onLog: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A place where tasks run, one at a time, in a child process that is kept between them and replaced when it must be. */
export interface Child {
  /** @throws JobFailure */
  run(task: Task, listeners: TaskListeners): Promise<Product>;
  close(): Promise<void>;
}

const RUNNER = fileURLToPath(new URL("./runner.ts", import.meta.url));
const WATCH_MS = 500;
/** milliseconds that an aborted task has to end by itself before its process is killed */
const ABORT_MS = 3000;

/** @param pipeline address of the module that the child imports */
export function openChild(pipeline: URL, limits: ChildLimits): Child {
  let current: ChildProcess | undefined;
  let tasks = 0;

  const start = (): ChildProcess => {
    tasks = 0;
    const child = fork(RUNNER, [pipeline.href], {
      execArgv: ["--import", import.meta.resolve("tsx")],
      serialization: "advanced",
      stdio: ["ignore", 2, 2, "ipc"], // what native code prints is kept out of the log on standard output,
    });
    child.on("error", () => {}); // `exit` or the failed sending tells
    return child;
  };

  const close = async () => {
    const child = current;
    current = undefined;
    if (child) await kill(child);
  };

  return {
    close,
    async run(task, listeners) {
      if (current && (hasEnded(current) || tasks >= limits.tasks)) await close();
      current ??= start();
      tasks++;
      try {
        return await runIn(current, task, limits, listeners);
      } catch (error) {
        // After a bug or a fault nobody knows in which state the process is.
        if (!(error instanceof JobFailure) || !error.childIsFine) await close();
        throw error;
      }
    },
  };
}

function runIn(child: ChildProcess, task: Task, limits: ChildLimits, listeners: TaskListeners): Promise<Product> {
  const startedAt = Date.now();
  let heardAt = Date.now();
  let residentBytes = 0;
  let resolve!: (product: Product) => void;
  let reject!: (failure: JobFailure) => void;
  const promise = new Promise<Product>((...settle) => {
    [resolve, reject] = settle;
  });
  const fail = (fault: Fault, detail: string) => reject(new JobFailure({ code: fault, facts: {} }, detail));

  const onMessage = (message: FromChild) => {
    heardAt = Date.now();
    if (message.type === "heartbeat") residentBytes = message.residentBytes;
    else if (message.type === "progress") listeners.onProgress(message);
    else if (message.type === "log") listeners.onLog(message.line);
    else if (message.type === "done") resolve(message.product);
    else if (message.failure) reject(new JobFailure(message.failure, "the person's to mend", true));
    else if (listeners.signal.aborted) reject(aborted(true));
    else fail("internal", message.error ?? "unknown");
  };
  const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
    listeners.signal.aborted ? reject(aborted(false)) : fail("crashed", `the child ended: ${signal ?? code}`);
  const onAbort = () => {
    tell(child, { type: "abort" });
    setTimeout(() => reject(aborted(false)), ABORT_MS).unref();
  };
  const watch = setInterval(async () => {
    const seconds = (Date.now() - startedAt) / 1000;
    if (seconds > limits.seconds) fail("timedOut", `stopped after ${limits.seconds} s`);
    if (Date.now() - heardAt > limits.silentSeconds * 1000) fail("hung", `silent for ${limits.silentSeconds} s`);
    const megabytes = ((await readResidentBytes(child.pid)) ?? residentBytes) / 1e6;
    if (megabytes > limits.megabytes) fail("outOfMemory", `${Math.round(megabytes)} MB resident`);
  }, WATCH_MS);

  child.on("message", onMessage);
  child.once("exit", onExit);
  listeners.signal.addEventListener("abort", onAbort, { once: true });
  if (listeners.signal.aborted) onAbort();
  else if (hasEnded(child)) onExit(child.exitCode, child.signalCode);
  else tell(child, { type: "task", task });

  return promise.finally(() => {
    clearInterval(watch);
    child.off("message", onMessage);
    child.off("exit", onExit);
    listeners.signal.removeEventListener("abort", onAbort);
  });
}

function aborted(childIsFine: boolean): JobFailure {
  return new JobFailure({ code: "cancelled", facts: {} }, "aborted", childIsFine);
}

function tell(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** Linux tells it of a process whose event loop stands still; elsewhere the heartbeat has to do. */
async function readResidentBytes(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
