import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@groovesheet/jobs/log.ts";
import type { Worker } from "bullmq";

/** milliseconds from a fault to the first look whether the place is well again, and between two looks */
const LOOK_MS = 1000;

export interface Trouble {
  /** takes no more jobs until the place is well */
  readonly report: (error: unknown) => void;
  readonly end: () => void;
}

/**
 * Keeps a processor from taking jobs that it could only hand back: after a fault of the machine (a store that is away or
 * full) its workers pause, and go on when `probe` succeeds.
 *
 * @param probe does what a job needs of the place
 * @param onChange is told whether there is trouble
 */
export function watchTrouble(
  workers: () => readonly Pick<Worker, "pause" | "resume">[],
  probe: () => Promise<void>,
  onChange: (inTrouble: boolean) => void,
  log: Log,
): Trouble {
  const ended = new AbortController();
  let watching = false;

  const untilWell = async () => {
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal: ended.signal });
      try {
        return await probe();
      } catch (err) {
        log.error({ err }, "no jobs are taken: this processor's store or disk is in trouble");
      }
    }
  };

  const report = async () => {
    if (watching) return;
    watching = true;
    onChange(true);
    await Promise.all(workers().map((worker) => worker.pause(true)));
    await untilWell();
    watching = false;
    onChange(false);
    for (const worker of workers()) await worker.resume();
    log.info("jobs are taken again");
  };

  return {
    report: () => void report().catch((err) => ended.signal.aborted || log.error({ err }, "trouble")),
    end: () => ended.abort(),
  };
}
