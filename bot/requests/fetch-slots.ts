import { UserError } from "@groovesheet/jobs/errors.ts";
import PQueue from "p-queue";
import { openOneAtATime } from "../concurrency/one-at-a-time.ts";

/** Decides which downloads run: nobody's slow links hold up the files of others. */
export interface FetchSlots {
  /** A file of the chat platform itself, which is quick: these have slots of their own. */
  readonly file: <T>(work: () => Promise<T>) => Promise<T>;
  /** A link of a person, who has one at a time. Links to a host that stalled wait behind all others. */
  readonly link: <T>(userId: string, host: string, work: () => Promise<T>) => Promise<T>;
}

const FILES_AT_ONCE = 8;
const LINKS_AT_ONCE = 8;
/** milliseconds for which it is remembered that a host stalled */
const MEMORY_MS = 10 * 60_000;
/** hosts that are remembered; the oldest is forgotten first */
const MAX_HOSTS = 1000;

export function openFetchSlots(): FetchSlots {
  const files = new PQueue({ concurrency: FILES_AT_ONCE });
  const links = new PQueue({ concurrency: LINKS_AT_ONCE });
  const people = openOneAtATime();
  const stalls = new Map<string, { count: number; at: number }>();

  const priorityOf = (host: string) => {
    const stalled = stalls.get(host);
    return stalled && performance.now() - stalled.at < MEMORY_MS ? -stalled.count : 0;
  };
  const rememberStall = (host: string) => {
    const count = 1 - priorityOf(host);
    stalls.delete(host); // the newest entry is the last
    stalls.set(host, { count, at: performance.now() });
    if (stalls.size > MAX_HOSTS) stalls.delete(stalls.keys().next().value!);
  };

  return {
    file: (work) => files.add(work),
    link: (userId, host, work) =>
      people.run(userId, () =>
        links.add(
          () =>
            work().catch((error) => {
              if (isStall(error)) rememberStall(host);
              throw error;
            }),
          { priority: priorityOf(host) },
        ),
      ),
  };
}

function isStall(error: unknown): boolean {
  return error instanceof UserError && (error.code === "linkStalled" || error.code === "downloadTimeout");
}
