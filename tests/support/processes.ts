import { readdirSync, readFileSync } from "node:fs";

/** @returns the descendants of a process, children first (Linux) */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? readStat(Number(name))?.parent : undefined;
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const found = [...(parents.get(pid) ?? [])];
  for (const child of found) found.push(...(parents.get(child) ?? []));
  return found;
}

/** @returns state of an existing process, including zombies; undefined if it does not exist */
export function readStat(pid: number): { parent: number; state: string; startedAt: string } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0]!, parent: Number(fields[1]), startedAt: fields[19]! };
  } catch {
    return undefined;
  }
}

/** @returns whether the pipeline runs in a process */
export function isRunner(pid: number): boolean {
  return commandLine(pid).includes("processor/sandbox/runner.ts");
}

/** @returns the command line of a process; empty if it has ended */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
