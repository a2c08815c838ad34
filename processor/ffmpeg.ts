import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { childEnvironment } from "@groovesheet/jobs/processes/child-environment.ts";
import { isolated, type OutputFolder } from "./isolation.ts";

/** Bytes of FFmpeg's messages that are kept from their beginning, which lists the streams, and from their end. */
const MAX_STDERR = 64 * 1024;

/** Statuses by which bubblewrap reports the signals SIGKILL and SIGXCPU. */
const KILLED = 128 + 9;
const OUT_OF_CPU = 128 + 24;

export interface FfmpegRun {
  readonly args: readonly string[];
  /** seconds after which the process is killed; its CPU time is limited to as much on each core */
  readonly timeout: number;
  /** address space, megabytes */
  readonly maxMegabytes: number;
  readonly signal?: AbortSignal | undefined;
  /** what FFmpeg reads from `pipe:0`; it is asked for as fast as it is used */
  readonly input?: Iterable<Uint8Array> | undefined;
  /** the only folder that it may write to, and megabytes of each file there; absent: it writes to its pipes alone */
  readonly output?: OutputFolder | undefined;
  /** receives each chunk of standard output; returns false to end the run because enough was read */
  readonly onOutput: (chunk: Buffer) => boolean;
  /** receives each line of messages; returns true to keep it out of `stderr` */
  readonly onMessage?: (line: string) => boolean;
}

export interface FfmpegResult {
  /** exit status; null where the process was killed */
  readonly status: number | null;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * The FFmpeg program: FFMPEG_PATH, or `ffmpeg` on the PATH, or the binary of the package ffmpeg-static.
 *
 * @throws UserError ffmpegMissing with how to install it on this system
 */
export function findFfmpeg(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.FFMPEG_PATH?.trim();
  if (named) {
    if (isProgram(named)) return named;
    throw new UserError("ffmpegMissing", { advice: `FFMPEG_PATH names ${named}, which is not a program.` });
  }
  const name = process.platform === "win32" ? "ffmpeg.exe" : "ffmpeg";
  const candidates = (env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
  const found = [...candidates, ...staticBinary()].find(isProgram);
  if (found !== undefined) return found;
  throw new UserError("ffmpegMissing", { advice: ffmpegAdvice() });
}

/** @returns one sentence on how to install FFmpeg */
export function ffmpegAdvice(platform: NodeJS.Platform = process.platform): string {
  if (platform === "darwin") return "Install it with `brew install ffmpeg`.";
  if (platform === "win32") return "Install it with `winget install ffmpeg`.";
  return "Install it with `sudo apt-get install ffmpeg` or your system's package manager.";
}

function staticBinary(): string[] {
  try {
    const path: unknown = createRequire(import.meta.url)("ffmpeg-static");
    return typeof path === "string" ? [path] : [];
  } catch {
    return []; // an optional dependency: not installed
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs FFmpeg isolated from the rest of the system, with limits of time and memory and with bounded messages.
 *
 * @throws UserError ffmpegMissing; the signal's reason if it is aborted; an Error if the system killed it
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegResult> {
  run.signal?.throwIfAborted();
  const child = spawnIsolated(run);
  let timedOut = false;
  let stopped = false;
  const stop = () => {
    stopped = true;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, run.timeout * 1000);
  run.signal?.addEventListener("abort", stop);
  try {
    const stderr = boundedText(child, run.onMessage);
    child.stdout?.on("data", (chunk: Buffer) => {
      if (!run.onOutput(chunk)) stop();
    });
    const [{ status, signal }] = await Promise.all([ended(child), run.input && writeInput(child, run.input)]);
    run.signal?.throwIfAborted();
    // The system killed it, for example because memory ran out: this says nothing about the file.
    if ((signal === "SIGKILL" || status === KILLED) && !stopped) throw new Error("FFmpeg was killed from outside");
    return { status, stderr: stderr(), timedOut: timedOut || signal === "SIGXCPU" || status === OUT_OF_CPU };
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener("abort", stop);
    child.kill("SIGKILL");
  }
}

function spawnIsolated({ args: own, timeout, maxMegabytes, input, output }: FfmpegRun): ChildProcess {
  const ffmpegArgs = [...(input ? [] : ["-nostdin"]), "-hide_banner", ...own];
  const limits = { megabytes: maxMegabytes, cpuSeconds: timeout * availableParallelism(), output };
  const [program, args] = isolated(findFfmpeg(), ffmpegArgs, limits);
  const stdio: StdioOptions = [input ? "pipe" : "ignore", "pipe", "pipe"];
  return spawn(program, args, { stdio, windowsHide: true, env: childEnvironment() });
}

/** @throws what the input throws; FFmpeg's own end is no error here, because its status says more */
async function writeInput(child: ChildProcess, input: Iterable<Uint8Array>): Promise<void> {
  let failure: unknown;
  const source = function* () {
    try {
      yield* input;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  await pipeline(Readable.from(source(), { objectMode: false }), child.stdin!).catch(() => child.stdin!.destroy());
  if (failure !== undefined) throw failure;
}

function boundedText(child: ChildProcess, onMessage: FfmpegRun["onMessage"]): () => string {
  let head = "";
  let tail = "";
  let unfinished = "";
  const keep = (text: string) => {
    const room = MAX_STDERR - head.length;
    head += text.slice(0, room);
    tail = (tail + text.slice(room)).slice(-MAX_STDERR);
  };
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => {
    const lines = (unfinished + text).split("\n");
    unfinished = lines.pop()!.slice(-MAX_STDERR);
    for (const line of lines) if (!onMessage?.(line)) keep(`${line}\n`);
  });
  return () => head + tail + unfinished;
}

function ended(child: ChildProcess): Promise<{ status: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve({ status, signal }));
  });
}
