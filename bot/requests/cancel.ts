import type { Request } from "@groovesheet/jobs/request.ts";
import type { BotContext } from "../context.ts";
import { finish } from "./respond.ts";

/**
 * Stops a request, wherever it is: what waits is taken out of the queue and answered, what runs is stopped by its
 * processor and answered when that tells so.
 *
 * @returns false where it is finished already
 */
export async function cancelRequest(bot: BotContext, request: Request): Promise<boolean> {
  if (request.state !== "received" && request.state !== "queued") return false;
  await bot.cancellation.cancel(request.id);
  const job = await bot.queues[request.kind].getJob(request.id);
  if (job && (await job.isActive())) return true;
  if (job && ((await job.isCompleted()) || (await job.isFailed()))) return false;
  await job?.remove().catch(() => {}); // it began this moment: then its processor stops it
  if (await bot.queues[request.kind].getJob(request.id)) return true;
  await finish(bot, request, { state: "cancelled", failure: { code: "cancelled", facts: {} } });
  return true;
}
