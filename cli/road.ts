import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UserError } from "../jobs/errors.ts";
import type { Stage } from "../processor/pipeline.ts";
import type { RoadMessage, RoadRequest, RoadResult } from "./messages.ts";

export interface RoadListener {
  readonly onProgress: (stage: Stage, fraction: number) => void;
  readonly onLog: (line: string) => void;
}

/** Something went wrong that is no fault of the input. `details` is for the developer. */
export class Bug extends Error {
  override readonly name = "Bug";
  readonly details: string;

  constructor(details: string) {
    super("a fault inside the road");
    this.details = details;
  }
}

/**
 * Walks the road in a child process, one request at a time. The child keeps its loaded networks between requests; when
 * it dies, the next request gets a new one.
 */
export class Road {
  #child: ChildProcess | undefined;
  readonly #signal: AbortSignal;

  /** @param signal ends the child at once, even in the middle of native code */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.close());
  }

  /**
   * @throws UserError for what the person can mend; Bug for everything else, a crash of native code among it; the
   * signal's reason where it is aborted
   */
  async walk(request: RoadRequest, listener: RoadListener): Promise<RoadResult> {
    this.#signal.throwIfAborted();
    this.#child ??= startChild();
    const child = this.#child;
    try {
      return await ask(child, request, listener);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (child.exitCode !== null || child.signalCode !== null) this.#child = undefined;
      throw error;
    }
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

function startChild(): ChildProcess {
  const debug = process.env.GROOVESHEET_DEBUG === "1";
  return fork(fileURLToPath(new URL("roadChild.mjs", import.meta.url)), {
    serialization: "advanced",
    stdio: ["ignore", debug ? 2 : "ignore", debug ? 2 : "ignore", "ipc"],
  });
}

function ask(child: ChildProcess, request: RoadRequest, listener: RoadListener): Promise<RoadResult> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: RoadMessage) => {
      if (message.kind === "progress") return listener.onProgress(message.stage, message.fraction);
      if (message.kind === "log") return listener.onLog(message.line);
      child.off("message", onMessage).off("exit", onExit);
      if (message.kind === "done") return resolve(message.result);
      reject(message.kind === "userError" ? new UserError(message.code, message.facts) : new Bug(message.details));
    };
    const onExit = (status: number | null, signal: string | null) =>
      reject(new Bug(`the process ended with ${signal ?? `status ${status}`}`));
    child.on("message", onMessage).once("exit", onExit);
    child.send(request);
  });
}
