import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** milliseconds after which a service manager restarts a process */
const RESTART_MS = 500;

/** A process that is restarted whenever it ends, like a container or a service. */
export class SupervisedProcess {
  readonly name: string;
  starts = 0;
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #stopping = false;

  /** @param logFile receives its output */
  constructor(name: string, file: string, env: NodeJS.ProcessEnv, logFile: string) {
    this.name = name;
    this.#file = file;
    this.#env = env;
    this.#log = createWriteStream(logFile, { flags: "a" });
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** @returns the exit code after SIGTERM, or undefined if it did not end in time */
  async stop(ms: number): Promise<number | undefined> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null) return 0;
    child.kill("SIGTERM");
    const ended = once(child, "exit").then(([code]) => code as number);
    const code = await Promise.race([ended, sleep(ms, undefined, { ref: false })]);
    if (code === undefined) child.kill("SIGKILL");
    return code;
  }

  #start(): void {
    this.starts++;
    const options = { cwd: ROOT, env: { ...process.env, ...this.#env } };
    this.#child = spawn(process.execPath, ["--import", "tsx", this.#file], options);
    this.#child.stdout?.pipe(this.#log, { end: false });
    this.#child.stderr?.pipe(this.#log, { end: false });
    this.#child.once("exit", async () => {
      if (this.#stopping) return;
      await sleep(RESTART_MS);
      if (!this.#stopping) this.#start();
    });
  }
}
