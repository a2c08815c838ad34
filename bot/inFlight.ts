import { setTimeout as sleep } from "node:timers/promises";

/** Work that is under way, so that a stop can wait for its end. */
export interface InFlight {
  /** @param work never fails */
  readonly add: (work: Promise<unknown>) => void;
  /** Waits for all of it, but not for ever. */
  readonly settled: (ms: number) => Promise<void>;
}

export function openInFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  return {
    add: (work) => {
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    settled: async (ms) => {
      await Promise.race([Promise.all(running), sleep(ms, undefined, { ref: false })]);
    },
  };
}
