import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";

/** Who shares a limit. A person's changes to scores and videos are a group of their own: they take seconds, songs take minutes. */
export type Group =
  | { readonly user: string }
  | { readonly changesOf: string }
  | { readonly guild: string }
  | "everybody";

/** One limit of a group. A request is refused where so much is in use already. */
export interface Limit {
  readonly group: Group;
  /** unfinished requests; requests in the last 24 hours; seconds of audio in the last 24 hours */
  readonly measure: "unfinished" | "today" | "seconds";
  readonly maximum: number;
}

const HOUR_MS = 3600_000;
export const DAY_MS = 24 * HOUR_MS;

/** @returns the groups whose limits a request counts against */
export function groupsOf({ kind, requester: { userId, guildId } }: TranscriptionRequest): readonly Group[] {
  if (kind !== "transcribe") return [{ changesOf: userId }];
  return ["everybody", { user: userId }, ...(guildId ? [{ guild: guildId }] : [])];
}

/** @returns the group in whose order a request waits: each request lets one round of other people go first */
export function queueGroupOf({ kind, requester: { userId } }: TranscriptionRequest): Group {
  return kind !== "transcribe" ? { changesOf: userId } : { user: userId };
}

/** Keys of the sorted sets (by time of creation) and sums that belong to a group. */
export function groupKeys(prefix: string, group: Group) {
  const name =
    group === "everybody"
      ? group
      : "user" in group
        ? `user:${group.user}`
        : "guild" in group
          ? `guild:${group.guild}`
          : `changes:${group.changesOf}`;
  return {
    unfinished: `${prefix}:unfinished:${name}`,
    /** all requests that are kept */
    all: `${prefix}:all:${name}`,
    /** seconds of audio, an hour each: this hour first, then those of a day before it */
    hours(): readonly string[] {
      const now = Math.floor(Date.now() / HOUR_MS);
      return Array.from({ length: DAY_MS / HOUR_MS }, (_, ago) => `${prefix}:heard:${name}:${now - ago}`);
    },
  };
}
