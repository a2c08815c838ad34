import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@groovesheet/jobs/log.ts";
import type { Worker } from "bullmq";

/** milliseconds from a fault to the first probe, and between two probes */
const PROBE_INTERVAL_MS = 1000;

export interface CircuitBreaker {
  /** pauses the workers until a probe succeeds; without effect while they are paused already */
  trip(): void;
  /** stops probing */
  stop(): void;
}

/**
 * Stops a processor from taking jobs that it could only hand back: after a fault of the machine (a store that is
 * unreachable or full) its workers pause until `probe` succeeds.
 *
 * @param workers those to pause
 * @param probe does what a job needs of the store and the disk; throws while they fail
 * @param onChange receives true when the circuit opens and false when it closes
 */
export function openCircuitBreaker(
  workers: () => readonly Pick<Worker, "pause" | "resume">[],
  probe: () => Promise<void>,
  onChange: (open: boolean) => void,
  log: Log,
): CircuitBreaker {
  const stopped = new AbortController();
  let open = false;

  const probeUntilSuccess = async () => {
    for (;;) {
      await sleep(PROBE_INTERVAL_MS, undefined, { signal: stopped.signal });
      try {
        return await probe();
      } catch (err) {
        log.error({ err }, "this processor's store or disk fails: no jobs are taken");
      }
    }
  };

  const pauseUntilSuccess = async () => {
    if (open) return;
    open = true;
    onChange(true);
    await Promise.all(workers().map((worker) => worker.pause(true)));
    await probeUntilSuccess();
    open = false;
    onChange(false);
    for (const worker of workers()) await worker.resume();
    log.info("jobs are taken again");
  };

  return {
    trip: () =>
      void pauseUntilSuccess().catch((err) => stopped.signal.aborted || log.error({ err }, "circuit breaker")),
    stop: () => stopped.abort(),
  };
}
