import { type ProcessorState, presentProcessors } from "@groovesheet/jobs/processors.ts";
import { openEvents } from "@groovesheet/jobs/queues.ts";
import { REQUEST_KINDS, type Request } from "@groovesheet/jobs/request.ts";
import { type Progress, progressSchema } from "@groovesheet/jobs/result.ts";
import type { BotContext, Followed } from "../context.ts";
import { editStatus } from "../messages/send.ts";
import { type Situation, statusView } from "../messages/status-view.ts";
import { openInFlight } from "./in-flight.ts";
import { repeat } from "./repeat.ts";
import { answerIfFinished } from "./respond.ts";

/** milliseconds between two edits of one message */
const EDIT_MS = 3000;
/** milliseconds between two looks at the queue */
const LOOK_MS = 1500;
/** edits in one channel at each look; Discord allows five in five seconds, and the answers need theirs */
const EDITS_A_CHANNEL = 1;
/** edits in all at each look; Discord allows fifty requests a second, and commands and answers go first */
const EDITS_IN_ALL = 20;
/** milliseconds between two looks for requests that nobody follows or whose end was not heard of */
const SWEEP_MS = 15_000;

type TakeIn = (bot: BotContext, request: Request) => Promise<void>;

/** Keeps the status message of a request up to date from now on. */
export function follow(bot: BotContext, request: Request, shown: string): void {
  if (bot.answering.has(request.id)) return;
  bot.followed.set(request.id, { request, shown, shownAt: performance.now(), editing: Promise.resolve() });
}

/**
 * Follows all jobs to their answers.
 *
 * @param takeIn what is done with a request whose recording was not stored when the bot went down
 * @returns a function that ends it, waiting so many milliseconds for the answers that are under way
 */
export async function startFollowing(bot: BotContext, takeIn: TakeIn): Promise<(ms: number) => Promise<void>> {
  const progress = new Map<string, Progress>();
  const answering = openInFlight();
  const answer = (id: string) =>
    answering.add(answerIfFinished(bot, id).catch((err) => bot.log.warn({ err, job: id }, "not answered yet")));
  const queues = openEvents(bot.settings);
  for (const { events } of queues) {
    events.on("error", (err) => bot.log.warn({ err }, "queue events"));
    events.on("completed", ({ jobId }) => answer(jobId));
    events.on("failed", ({ jobId }) => answer(jobId));
    events.on("removed", ({ jobId }) => answer(jobId));
    events.on("progress", ({ jobId, data }) => {
      const told = progressSchema.safeParse(data);
      if (told.success && bot.followed.has(jobId)) progress.set(jobId, told.data);
    });
  }
  await Promise.all(queues.map(({ events }) => events.waitUntilReady()));

  const report = (err: unknown) => bot.log.warn({ err }, "the queue cannot be looked at");
  const look = async () => {
    for (const id of progress.keys()) if (!bot.followed.has(id)) progress.delete(id);
    await tellStatus(bot, progress);
  };
  const looking = repeat(LOOK_MS, look, report);
  const sweeping = repeat(SWEEP_MS, () => sweepOpen(bot, takeIn), report);
  return async (ms) => {
    const closed = [looking.stop(), sweeping.stop(), ...queues.map(({ events }) => events.close())];
    for (const each of closed) answering.add(each.catch(report)); // without Redis they may take for ever
    await answering.settled(ms);
  };
}

/** Looks after every request that is owed an answer. */
async function sweepOpen(bot: BotContext, takeIn: TakeIn): Promise<void> {
  const followed = [...bot.followed.keys()];
  const open = await bot.records.openIds();
  // What another process answered, or was answered while it began to be followed.
  for (const id of followed) if (!open.includes(id)) bot.followed.delete(id);
  for (const id of open) {
    await sweepOne(bot, id, takeIn).catch((err) => bot.log.warn({ err, job: id }, "not answered yet"));
  }
}

async function sweepOne(bot: BotContext, id: string, takeIn: TakeIn): Promise<void> {
  const request = await bot.records.get(id);
  if (!request) return await bot.records.drop(id); // its record is older than records are kept
  if (request.state === "received") return void takeIn(bot, request);
  await answerIfFinished(bot, id);
  const isOpen = (await bot.records.get(id))?.state === "queued";
  if (isOpen && !bot.followed.has(id)) follow(bot, request, "");
}

/** Edits the status messages of which something new is to be said, the longest unchanged first. */
async function tellStatus(bot: BotContext, progress: ReadonlyMap<string, Progress>): Promise<void> {
  if (bot.followed.size === 0) return;
  const situations = await situationsOf(bot, progress);
  const inChannel = new Map<string, number>();
  const due = [...bot.followed.entries()]
    .filter(([, { shownAt }]) => performance.now() - shownAt >= EDIT_MS)
    .sort(([, a], [, b]) => a.shownAt - b.shownAt);
  let edits = 0;
  for (const [id, followed] of due) {
    const situation = situations.get(id);
    if (!situation || edits >= EDITS_IN_ALL) continue;
    const { reply } = followed.request;
    const view = statusView(followed.request, situation);
    const before = inChannel.get(reply.channelId) ?? 0;
    if (view.content === followed.shown || before >= EDITS_A_CHANNEL) continue;
    inChannel.set(reply.channelId, before + 1);
    edits++;
    edit(bot, followed, view);
  }
}

function edit(bot: BotContext, followed: Followed, view: ReturnType<typeof statusView>): void {
  followed.shown = view.content;
  followed.shownAt = Number.POSITIVE_INFINITY; // no second edit while this one waits for Discord
  followed.editing = editStatus(bot, followed.request.reply, view)
    .catch((err) => bot.log.debug({ err, job: followed.request.id }, "status"))
    .then(() => {
      followed.shownAt = performance.now();
    });
}

/** How things stand with every job that is not finished. */
async function situationsOf(bot: BotContext, progress: ReadonlyMap<string, Progress>): Promise<Map<string, Situation>> {
  const processors = await presentProcessors(bot.redis, bot.settings.REDIS_PREFIX);
  const situations = new Map<string, Situation>();
  for (const kind of REQUEST_KINDS) {
    const queue = bot.queues[kind];
    const [active, waiting, paused] = await Promise.all([
      queue.getRanges(["active"], 0, -1),
      queue.getRanges(["wait", "prioritized", "delayed"], 0, -1, true),
      queue.isPaused(),
    ]);
    for (const id of active) situations.set(id, { kind: "working", progress: progress.get(id) });
    waiting.forEach((id, index) => {
      const ahead = index + active.length;
      const secondsLeft = secondsUntilDone(processors, ahead);
      situations.set(id, { kind: "waiting", place: index + 1, secondsLeft, processors: processors.length, paused });
    });
  }
  return situations;
}

/** @returns seconds until a job with so many before it is done, from measured speed; undefined before it is measured */
function secondsUntilDone(processors: readonly ProcessorState[], ahead: number): number | undefined {
  const measured = processors.filter(({ secondsPerJob }) => secondsPerJob !== undefined);
  if (measured.length === 0) return undefined;
  const perSecond = measured.reduce((sum, { concurrency, secondsPerJob }) => sum + concurrency / secondsPerJob!, 0);
  const own = measured[0]!.secondsPerJob!;
  return ahead / perSecond + own;
}
