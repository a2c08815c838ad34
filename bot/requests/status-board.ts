import { type ProcessorState, presentProcessors } from "@groovesheet/jobs/queue/processors.ts";
import { REQUEST_KINDS, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Progress } from "@groovesheet/jobs/result.ts";
import type { Services } from "../services.ts";
import type { Situation, Status } from "./chat.ts";

/** Status messages of queued requests, which it keeps up to date. */
export interface StatusBoard {
  /** Shows once that the recording is being fetched. */
  showFetching(request: TranscriptionRequest): Promise<void>;
  /** Keeps the status message of a request up to date from now on. */
  follow(request: TranscriptionRequest): void;
  /** Follows no longer. @returns when the edit that is under way is over: no status may arrive after the answer */
  end(id: string): Promise<void>;
  /** Follows only those that are open still; another process may have answered the others. */
  keepOnly(openIds: readonly string[]): void;
  progress(id: string, progress: Progress): void;
  /** Edits the messages that have something new to say, the longest unchanged first. */
  refresh(): Promise<void>;
}

interface Followed {
  readonly request: TranscriptionRequest;
  progress?: Progress;
  /** what the message says now */
  shown: string;
  /** milliseconds of the last edit, by the monotonic clock (`performance.now`) */
  shownAt: number;
  /** the edit that is under way; the next one waits for it */
  editing: Promise<unknown>;
}

/** milliseconds between two edits of one message */
const EDIT_MS = 3000;
/** edits in one channel a refresh; Discord allows five in five seconds, and the answers need theirs */
const EDITS_A_CHANNEL = 1;
/** edits in all a refresh; Discord allows fifty requests a second, and commands and answers go first */
const EDITS_IN_ALL = 20;
/** milliseconds before the end of a token at which a message says where the answer will be */
const LAST_WORD_MS = 75_000;
const LEAVING: Situation = { kind: "leaving" };

export function openStatusBoard(services: Services): StatusBoard {
  const board = new Map<string, Followed>();

  function edit(followed: Followed, status: Status): void {
    followed.shown = status.text;
    followed.shownAt = Number.POSITIVE_INFINITY; // no second edit while this one waits for Discord
    followed.editing = status
      .show()
      .catch((err) => services.log.debug({ err, job: followed.request.id }, "status"))
      .then(() => {
        followed.shownAt = performance.now();
      });
  }

  return {
    async showFetching(request) {
      const shown = services.chat.status(request, { kind: "fetching" }).show();
      await shown.catch((err) => services.log.debug({ err, job: request.id }, "status"));
    },

    follow(request) {
      if (board.has(request.id)) return;
      const shown = services.chat.status(request, { kind: "fetching" }).text;
      board.set(request.id, { request, shown, shownAt: performance.now(), editing: Promise.resolve() });
    },

    async end(id) {
      const followed = board.get(id);
      board.delete(id);
      await followed?.editing;
    },

    keepOnly(openIds) {
      for (const id of board.keys()) if (!openIds.includes(id)) board.delete(id);
    },

    progress(id, progress) {
      const followed = board.get(id);
      if (followed) followed.progress = progress;
    },

    async refresh() {
      if (board.size === 0) return;
      const situations = await readSituations(services);
      const editsIn = new Map<string, number>();
      const due = [...board.entries()]
        .filter(([, { shownAt }]) => performance.now() - shownAt >= EDIT_MS)
        .sort(([, a], [, b]) => a.shownAt - b.shownAt);
      let edits = 0;
      for (const [id, followed] of due) {
        const situation = isLeaving(followed.request) ? LEAVING : situations.get(id);
        if (!situation || edits >= EDITS_IN_ALL || board.get(id) !== followed) continue;
        const { request, progress } = followed;
        const now = situation.kind === "working" ? { ...situation, progress } : situation;
        const status = services.chat.status(request, now);
        const before = editsIn.get(request.reply.channelId) ?? 0;
        if (status.text === followed.shown || before >= EDITS_A_CHANNEL) continue;
        editsIn.set(request.reply.channelId, before + 1);
        edits++;
        edit(followed, status);
      }
    },
  };
}

/** Whether the message can be edited for a minute yet and never again, because it can be reached by its token alone. */
function isLeaving({ reply }: TranscriptionRequest): boolean {
  return (reply.private || reply.tokenOnly === true) && (reply.tokenExpiresAt ?? 0) - Date.now() < LAST_WORD_MS;
}

/** @returns for every unfinished job whether it waits, and where, or is worked on */
async function readSituations({ redis, settings, queues }: Services): Promise<Map<string, Situation>> {
  const processors = await presentProcessors(redis, settings.REDIS_PREFIX);
  const situations = new Map<string, Situation>();
  for (const kind of REQUEST_KINDS) {
    const queue = queues[kind];
    const [active, waiting, paused] = await Promise.all([
      queue.getRanges(["active"], 0, -1),
      queue.getRanges(["wait", "prioritized", "delayed"], 0, -1, true),
      queue.isPaused(),
    ]);
    for (const id of active) situations.set(id, { kind: "working" });
    waiting.forEach((id, index) => {
      const secondsLeft = secondsUntilDone(processors, index + active.length);
      situations.set(id, { kind: "waiting", place: index + 1, secondsLeft, processors: processors.length, paused });
    });
  }
  return situations;
}

/** @returns estimated seconds until a job with this number of jobs before it is done, undefined before the speed was measured */
function secondsUntilDone(processors: readonly ProcessorState[], ahead: number): number | undefined {
  const measured = processors.filter(({ secondsPerJob }) => secondsPerJob !== undefined);
  if (measured.length === 0) return undefined;
  const perSecond = measured.reduce((sum, { concurrency, secondsPerJob }) => sum + concurrency / secondsPerJob!, 0);
  return ahead / perSecond + measured[0]!.secondsPerJob!;
}
