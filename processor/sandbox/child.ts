import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { childEnvironment } from "@groovesheet/jobs/processes/child-environment.ts";
import { killGroup } from "@groovesheet/jobs/processes/process-group.ts";
import { ChildFault, type ChildFaultCode } from "./fault.ts";
import type { FromChild, Task, TaskResult, ToChild } from "./messages.ts";

export interface ChildLimits {
  /** for one task, whatever the length of the music */
  readonly seconds: number;
  /** in addition, for each minute of music */
  readonly secondsPerMinute: number;
  /** resident memory, 1 MB = 1 000 000 bytes */
  readonly megabytes: number;
  /** tasks after which a child is replaced */
  readonly tasks: number;
  /** seconds between messages after which a child counts as hung; one run of a network blocks it for a while */
  readonly silentSeconds: number;
}

export interface TaskListeners {
  readonly onProgress: (message: Extract<FromChild, { type: "progress" }>) => void;
  readonly onLog: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs tasks, one at a time, in a child process that is kept between them and replaced when necessary. */
export interface Child {
  /**
   * @throws UserError for what the user can fix; ChildFault for everything else, such as a crash of native code; the
   * signal's reason if it is aborted
   */
  run(task: Task, listeners: TaskListeners): Promise<TaskResult>;
  /** kills the process, even in the middle of native code */
  close(): Promise<void>;
}

const RUNNER = fileURLToPath(new URL("./runner.ts", import.meta.url));
/** The pipeline's own settings, those of graphics drivers and of the runtime; no tokens and no passwords. */
const NEEDED_VARIABLES = [
  ...["FFMPEG_PATH", "XDG_RUNTIME_DIR", "XDG_DATA_DIRS", "OMP_NUM_THREADS", "NODE_V8_COVERAGE"],
  ...["CUDA_", "NVIDIA_", "VK_", "MESA_", "LIBGL_", "DISPLAY", "WAYLAND_DISPLAY"],
];
const CHECK_MS = 500;
/** milliseconds for an aborted task to end before its process is killed */
const ABORT_MS = 3000;
/** Signals that a process causes itself; others come from outside. */
const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
];

/**
 * @param pipeline URL of the module that the child imports
 * @param output where the output of native code goes: nowhere, or to standard error (2), never to standard output
 */
export function openChild(pipeline: URL, limits: ChildLimits, output: "ignore" | 2 = 2): Child {
  let current: ChildProcess | undefined;
  let tasks = 0;

  const start = (): ChildProcess => {
    tasks = 0;
    const child = fork(RUNNER, [pipeline.href], {
      execArgv: ["--import", import.meta.resolve("tsx")],
      env: { MALLOC_ARENA_MAX: "1", ...childEnvironment(NEEDED_VARIABLES) }, // glibc keeps less freed memory in threads
      serialization: "advanced",
      stdio: ["ignore", output, output, "ipc"],
      detached: process.platform !== "win32", // a process group of its own: Ctrl-C reaches only the parent, which decides
    });
    child.on("error", () => {}); // reported by `exit` or by the failed send
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
        // After a bug or a fault the state of the process is unknown.
        if (!(error instanceof UserError)) await close();
        throw error;
      }
    },
  };
}

/** Children that have sent a message. */
const started = new WeakSet<ChildProcess>();

function runIn(child: ChildProcess, task: Task, limits: ChildLimits, listeners: TaskListeners): Promise<TaskResult> {
  const startedAt = performance.now();
  let lastMessageAt = started.has(child) ? startedAt : undefined; // a child that starts says nothing yet
  let allowedSeconds = limits.seconds;
  let residentBytes = 0;
  let resolve!: (result: TaskResult) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<TaskResult>((...settle) => {
    [resolve, reject] = settle;
  });
  const { signal } = listeners;
  const fail = (code: ChildFaultCode, detail: string) =>
    reject(signal.aborted ? signal.reason : new ChildFault(code, detail));

  const onMessage = (message: FromChild) => {
    started.add(child);
    lastMessageAt = performance.now();
    if (message.type === "heartbeat") residentBytes = message.residentBytes;
    else if (message.type === "duration") allowedSeconds += (limits.secondsPerMinute * message.seconds) / 60;
    else if (message.type === "progress") listeners.onProgress(message);
    else if (message.type === "log") listeners.onLog(message.line);
    else if (message.type === "done") resolve(message.result);
    else if (message.type === "userError") reject(new UserError(message.code, message.facts));
    else fail("internal", message.details);
  };
  const onExit = (status: number | null, by: NodeJS.Signals | null) =>
    fail(status !== null || CRASH_SIGNALS.includes(by) ? "crashed" : "killed", `the child ended: ${by ?? status}`);
  const onError = (error: Error) => {
    if (child.pid === undefined) fail("killed", `no process could be started: ${error.message}`);
  };
  const onAbort = () => {
    send(child, { type: "abort" });
    setTimeout(() => reject(signal.reason), ABORT_MS).unref();
  };
  const check = setInterval(async () => {
    const now = performance.now(); // monotonic
    if (now - startedAt > allowedSeconds * 1000) fail("timedOut", `stopped after ${Math.round(allowedSeconds)} s`);
    if (lastMessageAt !== undefined && now - lastMessageAt > limits.silentSeconds * 1000)
      fail("hung", `silent for ${limits.silentSeconds} s`);
    const megabytes = ((await readResidentBytes(child.pid)) ?? residentBytes) / 1e6;
    if (megabytes > limits.megabytes) fail("outOfMemory", `${Math.round(megabytes)} MB resident`);
  }, CHECK_MS);

  child.on("message", onMessage);
  child.once("exit", onExit);
  child.once("error", onError);
  signal.addEventListener("abort", onAbort, { once: true });
  if (hasEnded(child)) onExit(child.exitCode, child.signalCode);
  else send(child, { type: "task", task });

  return promise.finally(() => {
    clearInterval(check);
    child.off("message", onMessage).off("exit", onExit).off("error", onError);
    signal.removeEventListener("abort", onAbort);
  });
}

function send(child: ChildProcess, message: ToChild): void {
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

/** On Linux this works even while the process is blocked; elsewhere the heartbeat has to do. */
async function readResidentBytes(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
