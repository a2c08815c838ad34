import { mkdir, rename, symlink } from "node:fs/promises";
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

/** Whatever is done below it fails. */
const NOWHERE = "/dev/null";

/** Makes the store's folder, a link to the real one, so that it can be cut off in one step. */
export async function layStore(storeFolder: string): Promise<void> {
  await mkdir(realFolder(storeFolder));
  await pointStore(storeFolder, realFolder(storeFolder));
}

function realFolder(storeFolder: string): string {
  return `${storeFolder}-real`;
}

async function pointStore(storeFolder: string, target: string): Promise<void> {
  await symlink(target, `${storeFolder}-next`);
  await rename(`${storeFolder}-next`, storeFolder);
}

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
    await pointStore(storeFolder, NOWHERE);
    await sleep(CUT_MS);
    await pointStore(storeFolder, realFolder(storeFolder));
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
