import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { ChildFault, type ChildFaultCode } from "./fault.ts";
import { killGroup } from "./group.ts";
import type { FromChild, Product, Task, ToChild } from "./messages.ts";

export interface ChildLimits {
  /** for one task, whatever its length */
  readonly seconds: number;
  /** besides, for each minute of music */
  readonly secondsPerMinute: number;
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
  /**
   * @throws UserError for what the person can mend; ChildFault for everything else, a crash of native code among it; the
   * signal's reason where it is aborted
   */
  run(task: Task, listeners: TaskListeners): Promise<Product>;
  /** ends the process at once, even in the middle of native code */
  close(): Promise<void>;
}

const RUNNER = fileURLToPath(new URL("./runner.ts", import.meta.url));
const WATCH_MS = 500;
/** milliseconds that an aborted task has to end by itself before its process is killed */
const ABORT_MS = 3000;
/** Signals by which a process comes to its end through its own doing; the others are sent by somebody. */
const OWN_SIGNALS: readonly (NodeJS.Signals | null)[] = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP"];

/**
 * @param pipeline address of the module that the child imports
 * @param output what becomes of what native code prints: it is kept out of the standard output
 */
export function openChild(pipeline: URL, limits: ChildLimits, output: "ignore" | 2 = 2): Child {
  let current: ChildProcess | undefined;
  let tasks = 0;

  const start = (): ChildProcess => {
    tasks = 0;
    const child = fork(RUNNER, [pipeline.href], {
      execArgv: ["--import", import.meta.resolve("tsx")],
      serialization: "advanced",
      stdio: ["ignore", output, output, "ipc"],
      detached: process.platform !== "win32", // a group of its own: Ctrl-C reaches the parent alone, which decides
    });
    child.on("error", () => {}); // `exit` or the failed sending tells
    child.once("exit", () => killGroup(child.pid!));
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
      listeners.signal.throwIfAborted();
      if (current && (hasEnded(current) || tasks >= limits.tasks)) await close();
      current ??= start();
      tasks++;
      try {
        return await runIn(current, task, limits, listeners);
      } catch (error) {
        // After a bug or a fault nobody knows in which state the process is.
        if (!(error instanceof UserError)) await close();
        throw error;
      }
    },
  };
}

function runIn(child: ChildProcess, task: Task, limits: ChildLimits, listeners: TaskListeners): Promise<Product> {
  const startedAt = performance.now();
  let heardAt = startedAt;
  let allowedSeconds = limits.seconds;
  let residentBytes = 0;
  let resolve!: (product: Product) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Product>((...settle) => {
    [resolve, reject] = settle;
  });
  const { signal } = listeners;
  const fail = (code: ChildFaultCode, detail: string) =>
    reject(signal.aborted ? signal.reason : new ChildFault(code, detail));

  const onMessage = (message: FromChild) => {
    heardAt = performance.now();
    if (message.type === "heartbeat") residentBytes = message.residentBytes;
    else if (message.type === "duration") allowedSeconds += (limits.secondsPerMinute * message.seconds) / 60;
    else if (message.type === "progress") listeners.onProgress(message);
    else if (message.type === "log") listeners.onLog(message.line);
    else if (message.type === "done") resolve(message.product);
    else if (message.type === "userError") reject(new UserError(message.code, message.facts));
    else fail("internal", message.details);
  };
  const onExit = (status: number | null, by: NodeJS.Signals | null) =>
    fail(status !== null || OWN_SIGNALS.includes(by) ? "crashed" : "killed", `the child ended: ${by ?? status}`);
  const onError = (error: Error) => {
    if (child.pid === undefined) fail("killed", `no process could be started: ${error.message}`);
  };
  const onAbort = () => {
    tell(child, { type: "abort" });
    setTimeout(() => reject(signal.reason), ABORT_MS).unref();
  };
  const watch = setInterval(async () => {
    const now = performance.now(); // whatever the clock on the wall is set to
    if (now - startedAt > allowedSeconds * 1000) fail("timedOut", `stopped after ${Math.round(allowedSeconds)} s`);
    if (now - heardAt > limits.silentSeconds * 1000) fail("hung", `silent for ${limits.silentSeconds} s`);
    const megabytes = ((await readResidentBytes(child.pid)) ?? residentBytes) / 1e6;
    if (megabytes > limits.megabytes) fail("outOfMemory", `${Math.round(megabytes)} MB resident`);
  }, WATCH_MS);

  child.on("message", onMessage);
  child.once("exit", onExit);
  child.once("error", onError);
  signal.addEventListener("abort", onAbort, { once: true });
  if (hasEnded(child)) onExit(child.exitCode, child.signalCode);
  else tell(child, { type: "task", task });

  return promise.finally(() => {
    clearInterval(watch);
    child.off("message", onMessage).off("exit", onExit).off("error", onError);
    signal.removeEventListener("abort", onAbort);
  });
}

function tell(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = once(child, "exit");
  killGroup(child.pid);
  await ended;
}

/** Linux tells it of a process whose event loop stands still; elsewhere the heartbeat has to do. */
async function readResidentBytes(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
