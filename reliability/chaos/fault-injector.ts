import { mkdir, rename, symlink } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants } from "../../tests/support/processes.ts";
import type { TestRedis } from "../../tests/support/redis.ts";
import { pick } from "../random.ts";
import type { SupervisedProcess } from "./supervised-process.ts";

/** milliseconds for which the store is unreachable */
const CUT_MS = 3000;

export interface System {
  readonly redis: TestRedis;
  readonly bot: SupervisedProcess;
  readonly processors: readonly SupervisedProcess[];
  readonly storeFolder: string;
}

type Fault = (system: System, random: () => number) => Promise<boolean>;

/** A target below which every operation fails. */
const NOWHERE = "/dev/null";

/** Creates the store's folder as a link to the real one, so that it can be cut off in one step. */
export async function createStore(storeFolder: string): Promise<void> {
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

/** The faults. Each returns whether there was something to break. */
const FAULTS = {
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
} satisfies Record<string, Fault>;

export interface FaultInjector {
  /** how often each fault was injected */
  readonly counts: Readonly<Record<string, number>>;
  /** waits for the fault in progress */
  stop(): Promise<void>;
}

/** Injects a random fault every `everyMs` milliseconds until it is stopped. */
export function startFaultInjector(system: System, random: () => number, everyMs: number): FaultInjector {
  const counts: Record<string, number> = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0]));
  const ended = new AbortController();
  const inject = async () => {
    while (!ended.signal.aborted) {
      const name = pick(random, Object.keys(FAULTS) as (keyof typeof FAULTS)[]);
      const injected = await (FAULTS[name] as Fault)(system, random).catch(() => false); // the process has just ended by itself
      if (injected) counts[name] = counts[name]! + 1;
      await sleep(everyMs, undefined, { signal: ended.signal }).catch(() => {});
    }
  };
  const running = inject();
  return {
    counts,
    async stop() {
      ended.abort();
      await running;
    },
  };
}
