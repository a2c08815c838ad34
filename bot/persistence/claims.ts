import type { Redis } from "ioredis";

/** Rights to answer a request, of which only one process at a time holds each. */
export interface Claims {
  /** @returns a function that gives the right back, or undefined where another holder has it */
  claim(id: string): Promise<(() => Promise<void>) | undefined>;
}

/** milliseconds after which the claim of a process that died lapses */
const CLAIM_MS = 15_000;
const RENEW_MS = 5000;

export function openClaims(redis: Redis, prefix: string): Claims {
  return {
    async claim(id) {
      const key = `${prefix}:answering:${id}`;
      const mine = `${process.pid}-${Math.random()}`;
      if ((await redis.set(key, mine, "PX", CLAIM_MS, "NX")) === null) return undefined;
      const ifMine = async (act: () => Promise<unknown>) => {
        if ((await redis.get(key)) === mine) await act();
      };
      const renewing = setInterval(() => {
        ifMine(() => redis.pexpire(key, CLAIM_MS)).catch(() => {}); // during an outage of Redis the claim may lapse
      }, RENEW_MS);
      return async () => {
        clearInterval(renewing);
        await ifMine(() => redis.del(key)).catch(() => {}); // it lapses by itself
      };
    },
  };
}
