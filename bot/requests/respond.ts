import { enqueue } from "@groovesheet/jobs/queues.ts";
import { jobSchema, type Request, requestSchema } from "@groovesheet/jobs/request.ts";
import { type Failure, type JobResult, jobResultSchema, readFailure } from "@groovesheet/jobs/result.ts";
import type { BotContext } from "../context.ts";
import { failureView } from "../messages/failure-view.ts";
import { resultView } from "../messages/result-view.ts";
import { deliver, type Outgoing, TooLargeError } from "../messages/send.ts";

export type Outcome =
  | { readonly state: "done"; readonly result: JobResult }
  | { readonly state: "failed" | "cancelled"; readonly failure: Failure };

/** milliseconds after which an answer that Discord does not take is given up */
const GIVE_UP_MS = 24 * 3600_000;
/** bytes that are tried where Discord took less than it said */
const SMALLER_LIMITS = [8_000_000, 500_000, 0];

/** Answers a request whose job is finished; does nothing where it is not. */
export async function answerIfFinished(bot: BotContext, id: string): Promise<void> {
  const request = await bot.records.get(id);
  if (request?.state !== "queued") return;
  const outcome = await outcomeOf(bot, request);
  if (outcome) await finish(bot, request, outcome);
}

async function outcomeOf(bot: BotContext, request: Request): Promise<Outcome | undefined> {
  const queue = bot.queues[request.kind];
  // The state comes first: a job that is read before it ends has no result yet.
  const state = await queue.getJobState(request.id);
  if (state === "unknown") return await outcomeWithoutJob(bot, request);
  if (state !== "completed" && state !== "failed") return undefined;
  const job = await queue.getJob(request.id);
  if (state === "completed") {
    const result = jobResultSchema.safeParse(job?.returnvalue);
    if (result.success) return { state: "done", result: result.data };
    bot.log.error({ job: request.id, err: result.error }, "the result cannot be read");
  }
  const failure = readFailure(job?.failedReason);
  return { state: failure.code === "cancelled" ? "cancelled" : "failed", failure };
}

/** The bot went between writing the record and queueing the job, or Redis lost the job: it is queued again. */
async function outcomeWithoutJob(bot: BotContext, request: Request): Promise<Outcome | undefined> {
  if (await bot.cancellation.isCancelled(request.id)) {
    return { state: "cancelled", failure: { code: "cancelled", facts: {} } };
  }
  bot.log.warn({ job: request.id }, "job is not in the queue; it is queued again");
  await enqueue(bot.queues, jobSchema.parse(request), 0);
  return undefined;
}

/**
 * Answers a request for good. Of several processes or tries only one does it; where it is interrupted, the request
 * stays open and the next sweep does it again, onto the same message.
 *
 * @throws where Discord fails for a while
 */
export async function finish(bot: BotContext, request: Request, outcome: Outcome): Promise<void> {
  const release = await bot.records.claim(request.id);
  if (!release) return;
  bot.answering.add(request.id);
  try {
    const current = await bot.records.get(request.id);
    if (current && current.state !== "received" && current.state !== "queued") return;
    await stopFollowing(bot, request.id);
    const log = bot.log.child({ job: request.id });
    const answered: Request = requestSchema.parse({
      ...request,
      state: outcome.state,
      ...(outcome.state === "done" ? { result: outcome.result.summary } : { failure: outcome.failure }),
    });
    const parent = request.parentId ? await bot.records.get(request.parentId) : undefined;
    try {
      const reply = await deliverFitting(bot, answered, outcome, parent);
      if (!reply) log.warn("the person can no longer be reached");
      else log.info({ state: outcome.state, seconds: (Date.now() - request.createdAt) / 1000 }, "answered");
      bot.metrics.answered(answered, reply !== undefined);
      await bot.records.close(reply ? { ...answered, reply } : answered);
    } catch (error) {
      if (Date.now() - request.createdAt < GIVE_UP_MS) throw error;
      log.error({ err: error }, "the answer is given up");
      await bot.records.close(answered);
    }
  } finally {
    bot.answering.delete(request.id);
    await release();
  }
}

/** Sends what fits; Discord's word on the size is the last one. */
async function deliverFitting(bot: BotContext, request: Request, outcome: Outcome, parent: Request | undefined) {
  const view = (limit: number): Promise<Outgoing> | Outgoing =>
    outcome.state === "done"
      ? resultView(bot.store, request, outcome.result, limit)
      : failureView(request, outcome.failure, parent);
  const limits = [request.reply.sizeLimit, ...SMALLER_LIMITS.filter((limit) => limit < request.reply.sizeLimit)];
  for (const limit of limits) {
    try {
      return await deliver(bot, request, await view(limit));
    } catch (error) {
      if (!(error instanceof TooLargeError) || limit === 0) throw error;
    }
  }
  return undefined;
}

/** No status may arrive after the answer. */
async function stopFollowing(bot: BotContext, id: string): Promise<void> {
  const followed = bot.followed.get(id);
  bot.followed.delete(id);
  await followed?.editing.catch(() => {});
}
