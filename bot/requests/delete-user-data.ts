import { resultsFolder, sourceKey } from "@groovesheet/jobs/results.ts";
import type { BotContext } from "../context.ts";
import { cancelRequest } from "./cancel.ts";

/** milliseconds that running jobs have to stop before what they left is deleted */
const STOP_MS = 10_000;

/** Deletes what is kept of a person: records, language, and every recording and score that nobody else asked for. */
export async function forget(bot: BotContext, userId: string): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  for (;;) {
    const requests = await bot.records.ofUser(userId, 1000);
    const running = requests.filter(({ state }) => state === "received" || state === "queued");
    for (const request of running) await cancelRequest(bot, request);
    if (running.length === 0 || Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { requests, hashes } = await bot.records.forget(userId);
  for (const { kind, id } of requests) await bot.queues[kind].remove(id);
  for (const hash of hashes) {
    await bot.store.delete(sourceKey(hash));
    await bot.store.delete(resultsFolder(hash));
  }
  await bot.preferences.forget(userId);
  bot.log.info({ recordings: hashes.length }, "a person was forgotten");
}
