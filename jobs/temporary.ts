import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "groovesheet-work-";

/** @returns a new folder for one piece of work; its name tells whose it is, should this process be killed over it */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)); // only this user may look into it
}

/** Deletes what processes left behind that were killed. @returns how many folders went */
export async function deleteLeftovers(): Promise<number> {
  let deleted = 0;
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    const path = join(tmpdir(), name);
    if (!owner || !(await isLeftover(owner, path))) continue;
    await rm(path, { recursive: true, force: true });
    deleted++;
  }
  return deleted;
}

/** In containers a process that starts again may have the number of the one before it. */
async function isLeftover(owner: number, path: string): Promise<boolean> {
  if (owner !== process.pid) return !isAlive(owner);
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && made.birthtimeMs < performance.timeOrigin;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
