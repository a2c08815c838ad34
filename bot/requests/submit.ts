import { UserError } from "@groovesheet/jobs/errors.ts";
import { currentFingerprint } from "@groovesheet/jobs/processors.ts";
import { enqueue } from "@groovesheet/jobs/queues.ts";
import { type Job, jobSchema, type Reply, type Request } from "@groovesheet/jobs/request.ts";
import { findResult, resultFolder } from "@groovesheet/jobs/results.ts";
import type { BotContext } from "../context.ts";
import { editStatus } from "../messages/send.ts";
import { statusView } from "../messages/status-view.ts";
import { fetchSource } from "./fetch-source.ts";
import { checkLimits } from "./limits.ts";
import { finish } from "./respond.ts";
import { follow } from "./status-updates.ts";

/** milliseconds after which a request that cannot be brought into the queue is given up */
const GIVE_UP_MS = 30 * 60_000;

/**
 * Takes a request in: into the records, so that it is owed an answer, and on its way. A request that is known already
 * is left to its first telling.
 *
 * @param acknowledge tells the person that it is worked on, and where the answer will stand; it is called when the
 * request is in the records, so that nobody waits for an answer that a bot which goes down owes to no one
 * @throws UserError where a limit is reached; then nothing is owed
 */
export async function receive(bot: BotContext, request: Request, acknowledge?: () => Promise<Reply>): Promise<void> {
  if (bot.fetching.has(request.id)) return;
  bot.fetching.add(request.id); // not to be taken in by the sweep before the limits are looked at
  try {
    if (!(await bot.records.create(request))) return;
    const acknowledged = await enter(bot, request, acknowledge);
    bot.fetching.delete(request.id);
    void takeIn(bot, acknowledged);
  } finally {
    bot.fetching.delete(request.id);
  }
}

async function enter(
  bot: BotContext,
  request: Request,
  acknowledge: (() => Promise<Reply>) | undefined,
): Promise<Request> {
  try {
    const acknowledged = acknowledge ? { ...request, reply: await acknowledge() } : request;
    if (request.kind === "transcribe") await checkLimits(bot, request);
    if (acknowledge) await bot.records.save(acknowledged);
    return acknowledged;
  } catch (error) {
    await bot.records.discard(request);
    throw error;
  }
}

/**
 * Brings the recording of a request into the store and its job into the queue, or answers at once from what is kept.
 * It never fails: what the person can mend is answered, what Redis or the store hinders is tried again by the sweep.
 */
export async function takeIn(bot: BotContext, request: Request): Promise<void> {
  if (bot.fetching.has(request.id)) return;
  bot.fetching.add(request.id);
  const log = bot.log.child({ job: request.id });
  try {
    await bot.downloads(() => prepare(bot, request));
  } catch (error) {
    const tooOld = Date.now() - request.createdAt > GIVE_UP_MS;
    if (error instanceof UserError) {
      await settle(bot, request, { code: error.code, facts: { ...error.facts } });
    } else if (tooOld) {
      log.error({ err: error }, "request given up");
      await settle(bot, request, { code: "internal", facts: {} });
    } else {
      log.warn({ err: error }, "request could not be taken in; it is tried again");
    }
  } finally {
    bot.fetching.delete(request.id);
  }
}

async function prepare(bot: BotContext, received: Request): Promise<void> {
  const status = statusView(received, { kind: "fetching" });
  await editStatus(bot, received.reply, status).catch((err) => bot.log.debug({ err, job: received.id }, "status"));
  const source = received.source ?? (await fetchSource(bot, received));
  // The person may have cancelled it in the meantime.
  const current = await bot.records.get(received.id);
  if (current?.state !== "received") return;
  const job: Job = jobSchema.parse({ ...current, source, state: "queued" });
  const fingerprint = await currentFingerprint(bot.redis, bot.settings.REDIS_PREFIX);
  const kept = fingerprint && (await findResult(bot.store, resultFolder(fingerprint, source, job.listen, job.notate)));
  if (kept) {
    bot.log.info({ job: job.id }, "answered from the store");
    await finish(bot, job, { state: "done", result: kept });
    return;
  }
  const standing = await bot.records.standing(job, { user: job.requester.userId });
  await bot.records.save(job);
  follow(bot, job, status.content);
  await enqueue(bot.queues, job, job.kind === "transcribe" ? standing.unfinishedBefore : 0);
}

async function settle(bot: BotContext, request: Request, failure: NonNullable<Request["failure"]>): Promise<void> {
  const log = bot.log.child({ job: request.id });
  log.info({ code: failure.code }, "request refused");
  await finish(bot, request, { state: "failed", failure }).catch((err) => log.warn({ err }, "not answered yet"));
}
