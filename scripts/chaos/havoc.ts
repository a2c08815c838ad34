import { rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants } from "../../tests/support/processes.ts";
import type { TestRedis } from "../../tests/support/redis.ts";
import { pick } from "../random.ts";
import type { Part } from "./parts.ts";

/** milliseconds for which the store is away */
const CUT_MS = 3000;

export interface Place {
  readonly redis: TestRedis;
  readonly bot: Part;
  readonly processors: readonly Part[];
  readonly storeFolder: string;
}

type Blow = (place: Place, random: () => number) => Promise<boolean>;

/** What goes wrong; each tells whether there was something to strike. */
const BLOWS = {
  async "processor killed"({ processors }, random) {
    pick(random, processors).kill("SIGKILL");
    return true;
  },
  async "child killed"({ processors }, random) {
    const children = processors.flatMap(({ pid }) => (pid ? descendants(pid) : []));
    if (children.length === 0) return false;
    return process.kill(pick(random, children), "SIGKILL");
  },
  async "Redis restarted"({ redis }) {
    await redis.restart();
    return true;
  },
  async "bot restarted"({ bot }, random) {
    bot.kill(random() < 0.5 ? "SIGTERM" : "SIGKILL");
    return true;
  },
  async "store cut"({ storeFolder }) {
    await rename(storeFolder, `${storeFolder}-away`);
    await writeFile(storeFolder, ""); // whatever is done below it fails
    await sleep(CUT_MS);
    await rm(storeFolder);
    await rename(`${storeFolder}-away`, storeFolder);
    return true;
  },
} satisfies Record<string, Blow>;

export interface Havoc {
  /** how often each thing was done */
  readonly counts: Readonly<Record<string, number>>;
  /** waits for the blow that is under way */
  stop(): Promise<void>;
}

/** Strikes at random, now and then, until it is stopped. */
export function startHavoc(place: Place, random: () => number, everyMs: number): Havoc {
  const counts: Record<string, number> = Object.fromEntries(Object.keys(BLOWS).map((name) => [name, 0]));
  const ended = new AbortController();
  const strike = async () => {
    while (!ended.signal.aborted) {
      const name = pick(random, Object.keys(BLOWS) as (keyof typeof BLOWS)[]);
      const struck = await (BLOWS[name] as Blow)(place, random).catch(() => false); // it ended by itself this moment
      if (struck) counts[name] = counts[name]! + 1;
      await sleep(everyMs, undefined, { signal: ended.signal }).catch(() => {});
    }
  };
  const striking = strike();
  return {
    counts,
    async stop() {
      ended.abort();
      await striking;
    },
  };
}
