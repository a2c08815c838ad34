import { readFileSync } from "node:fs";
import { descendants } from "../../tests/support/processes.ts";

/** Findings of one part of the run. */
export interface Findings {
  readonly what: string;
  /** number of cases by outcome */
  readonly outcomes: Readonly<Record<string, number>>;
  /** one line for each violation */
  readonly violations: readonly string[];
  /** peak resident memory, megabytes: of the parent and of a single descendant */
  readonly memory: { readonly parent: number; readonly child: number };
}

const LOOK_MS = 100;

/** Counts outcomes and samples memory. */
export function openTally(what: string, parent = process.pid) {
  const outcomes: Record<string, number> = {};
  const violations: string[] = [];
  const memory = { parent: 0, child: 0 };
  const watching = setInterval(() => {
    memory.parent = Math.max(memory.parent, residentMegabytes(parent));
    memory.child = Math.max(memory.child, ...descendants(parent).map(residentMegabytes));
  }, LOOK_MS);
  return {
    count(outcome: string) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
    complain(line: string) {
      violations.push(line);
    },
    end(): Findings {
      clearInterval(watching);
      return { what, outcomes, violations, memory };
    },
  };
}

export type Tally = ReturnType<typeof openTally>;

/** @returns resident memory of a process, 0 if it has ended */
export function residentMegabytes(pid: number): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round((Number(kibibytes ?? 0) * 1024) / 1e6);
  } catch {
    return 0;
  }
}

/** Calls `work` for each number below `count`, a few at a time. */
export async function eachOf(count: number, atOnce: number, work: (index: number, lane: number) => Promise<void>) {
  let next = 0;
  const lane = async (_: unknown, number: number) => {
    while (next < count) await work(next++, number);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
