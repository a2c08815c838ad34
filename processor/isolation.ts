import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * How a program that reads strangers' files is kept from the rest of the system besides its resource limits:
 * `bubblewrap`: no network, a read-only file system, no sight of other processes; `unshare`: no network; `none`.
 */
export type Isolation = "bubblewrap" | "unshare" | "none";

export interface ResourceLimits {
  /** address space, megabytes; enforced on Linux */
  readonly megabytes: number;
  /** CPU time, seconds */
  readonly cpuSeconds: number;
  readonly output?: OutputFolder | undefined;
}

/** Where a program may write. */
export interface OutputFolder {
  readonly folder: string;
  /** of each file, 1 MB = 1 000 000 bytes */
  readonly megabytes: number;
}

const IS_ROOT = process.getuid?.() === 0;
/** In a user namespace root may not read the files of others, so root keeps that right and gives up all the rest. */
const NAMESPACES = IS_ROOT
  ? ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--cap-add", "CAP_DAC_READ_SEARCH"]
  : ["--unshare-all"];
const READ_ONLY = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];
const WRAPPERS: Readonly<Record<Isolation, readonly string[]>> = {
  bubblewrap: ["bwrap", ...NAMESPACES, "--die-with-parent", ...READ_ONLY, "--"],
  unshare: ["unshare", ...(IS_ROOT ? [] : ["--user", "--map-root-user"]), "--net", "--"],
  none: [],
};
/** A program of one thread opens its libraries, its input and its pipes. */
const MAX_OPEN_FILES = 64;
/** Threads beyond those that the user has already: the system counts all of them. */
const MORE_THREADS = 256;
const BYTES_PER_KILOBYTE = 1024;
/** in which /bin/sh counts the size of files */
const BYTES_PER_BLOCK = 512;

let found: Isolation | undefined;

/** @returns the best that this system offers; it is tried once */
export function isolation(): Isolation {
  found ??= process.platform === "linux" ? (["bubblewrap", "unshare"] as const).find(works) : undefined;
  found ??= "none";
  return found;
}

function works(kind: "bubblewrap" | "unshare"): boolean {
  const [program, ...args] = WRAPPERS[kind];
  return spawnSync(program!, [...args, "true"], { stdio: "ignore", timeout: 10_000 }).status === 0;
}

/**
 * The command that runs a program isolated and with limits of address space, CPU time, open files, threads and the size of
 * files, which is 0 unless there is an output folder. Pipes are not limited.
 */
export function isolated(
  program: string,
  args: readonly string[],
  limits: ResourceLimits,
  kind = isolation(),
): readonly [program: string, args: readonly string[]] {
  if (process.platform === "win32") return [program, args];
  const script = `${limitCommands(limits).join(" && ")} && exec "$0" "$@"`;
  const [first, ...rest] = [...wrapper(kind, limits), "/bin/sh", "-c", script, program, ...args];
  return [first!, rest];
}

function wrapper(kind: Isolation, { output }: ResourceLimits): readonly string[] {
  if (kind !== "bubblewrap" || !output) return WRAPPERS[kind];
  return [...WRAPPERS.bubblewrap.slice(0, -1), "--bind", output.folder, output.folder, "--"];
}

function limitCommands({ megabytes, cpuSeconds, output }: ResourceLimits): string[] {
  const blocks = Math.ceil(((output?.megabytes ?? 0) * 1e6) / BYTES_PER_BLOCK);
  const everywhere = ["-c 0", `-f ${blocks}`, `-n ${MAX_OPEN_FILES}`, `-t ${Math.ceil(cpuSeconds)}`];
  if (process.platform !== "linux") return everywhere.map((limit) => `ulimit ${limit}`);
  const kilobytes = Math.round((megabytes * 1e6) / BYTES_PER_KILOBYTE);
  const threads = threadsOfUser() + MORE_THREADS;
  const processes = `{ ulimit -p ${threads} 2>/dev/null || ulimit -u ${threads}; }`; // dash, and bash as /bin/sh
  return [...everywhere.map((limit) => `ulimit ${limit}`), `ulimit -v ${kilobytes}`, processes];
}

function threadsOfUser(): number {
  const user = process.getuid?.() ?? 0;
  const statuses = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return statuses.reduce((sum, pid) => {
    const status = readStatus(pid);
    if (!new RegExp(`^Uid:\\s+${user}\\b`, "m").test(status)) return sum;
    return sum + Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1);
  }, 0);
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // the process has ended
  }
}
