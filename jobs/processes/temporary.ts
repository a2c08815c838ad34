import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "groovesheet-work-";

/** @returns a new folder for one task; its name contains the process id, so that it can be deleted if the process is killed */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)); // readable by this user only
}

/** Deletes the folders of processes that were killed. @returns the number of folders deleted */
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

/** In a container, a restarted process can have the same process id as its predecessor. */
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
