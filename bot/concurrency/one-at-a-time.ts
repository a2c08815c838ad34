import { setTimeout as sleep } from "node:timers/promises";

/** Work on keys: two pieces of work on one key run one after the other. */
export interface OneAtATime {
  /** Runs the work when all earlier work on the key is over. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Waits until nothing runs, at most this number of milliseconds. */
  settled(ms: number): Promise<void>;
}

export function openOneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(key, work) {
      const running = (last.get(key) ?? Promise.resolve()).then(work, work);
      last.set(key, running);
      const end = () => {
        if (last.get(key) === running) last.delete(key);
      };
      running.then(end, end);
      return running;
    },
    async settled(ms) {
      await Promise.race([Promise.allSettled(last.values()), sleep(ms, undefined, { ref: false })]);
    },
  };
}
