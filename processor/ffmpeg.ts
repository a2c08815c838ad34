import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";

/** Bytes of FFmpeg's messages that are kept of the beginning, which lists the streams, and of the end. */
const MAX_STDERR = 64 * 1024;

export interface FfmpegRun {
  readonly args: readonly string[];
  /** seconds after which the process is killed */
  readonly timeout: number;
  /** address space, megabytes */
  readonly maxMegabytes: number;
  readonly signal?: AbortSignal | undefined;
  /** what FFmpeg reads from `pipe:0`; it is asked for as fast as it is used */
  readonly input?: Iterable<Uint8Array> | undefined;
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
 * Runs FFmpeg with no terminal, a time limit, a memory limit and bounded messages.
 *
 * @throws UserError ffmpegMissing; the signal's reason if it is aborted; an Error if the system killed it
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegResult> {
  run.signal?.throwIfAborted();
  const args = [...(run.input ? [] : ["-nostdin"]), "-hide_banner", ...run.args];
  const child = spawnLimited(findFfmpeg(), args, run.maxMegabytes, run.input !== undefined);
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
    if (signal === "SIGKILL" && !stopped) throw new Error("FFmpeg was killed from outside");
    return { status, stderr: stderr(), timedOut };
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener("abort", stop);
    child.kill("SIGKILL");
  }
}

/** Linux limits the address space by the shell's `ulimit -v`; elsewhere only FFmpeg's own `-max_alloc` remains. */
function spawnLimited(
  program: string,
  args: readonly string[],
  maxMegabytes: number,
  readsInput: boolean,
): ChildProcess {
  const stdio: StdioOptions = [readsInput ? "pipe" : "ignore", "pipe", "pipe"];
  const options = { stdio, windowsHide: true };
  if (process.platform !== "linux") return spawn(program, args, options);
  const kilobytes = Math.round((maxMegabytes * 1e6) / 1024);
  return spawn("/bin/sh", ["-c", `ulimit -v ${kilobytes} && exec "$0" "$@"`, program, ...args], options);
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
