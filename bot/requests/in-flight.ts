import { setTimeout as sleep } from "node:timers/promises";

/** Work that is under way, so that a stop can wait for its end. */
export interface InFlight {
  /** @param work tells of its own failure */
  readonly add: (work: Promise<unknown>) => void;
  /** Waits for all of it, but not for ever. */
  readonly settled: (ms: number) => Promise<void>;
}

export function openInFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  return {
    add: (work) => {
      running.add(work);
      const end = () => running.delete(work);
      work.then(end, end);
    },
    settled: async (ms) => {
      await Promise.race([Promise.allSettled(running), sleep(ms, undefined, { ref: false })]);
    },
  };
}
