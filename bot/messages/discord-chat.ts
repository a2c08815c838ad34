import type { Reply, Request } from "@groovesheet/jobs/request.ts";
import type { ObjectStore } from "@groovesheet/jobs/store.ts";
import type { Client } from "discord.js";
import type { Chat, Outcome } from "../requests/chat.ts";
import { failureView } from "./failure-view.ts";
import { freshUrl, recordingsIn } from "./linked-message.ts";
import { resultView } from "./result-view.ts";
import { deliver, editStatus, type Outgoing, TooLargeError } from "./send.ts";
import { statusView } from "./status-view.ts";

/** bytes that are tried where Discord took less than it said */
const SMALLER_LIMITS = [8_000_000, 500_000, 0];

/** Discord's side of the port. */
export function discordChat(client: Client, store: ObjectStore): Chat {
  return {
    status(request, situation) {
      const view = statusView(request, situation);
      return { text: view.content, show: () => editStatus(client.rest, request.reply, view) };
    },
    deliver: (request, outcome, parent) => deliverFitting(client, store, request, outcome, parent),
    recordingsIn: (message, userId) => recordingsIn(client, message, userId),
    freshUrl: (url) => freshUrl(client, url),
  };
}

/** Sends what fits: Discord may take less than the limit that it named. */
async function deliverFitting(
  { rest }: Client,
  store: ObjectStore,
  request: Request,
  outcome: Outcome,
  parent: Request | undefined,
): Promise<Reply | undefined> {
  const view = (limit: number): Promise<Outgoing> | Outgoing =>
    outcome.state === "done"
      ? resultView(store, request, outcome.result, limit)
      : failureView(request, outcome.failure, parent);
  const limits = [request.reply.sizeLimit, ...SMALLER_LIMITS.filter((limit) => limit < request.reply.sizeLimit)];
  for (const limit of limits) {
    try {
      return await deliver(rest, request, await view(limit));
    } catch (error) {
      if (!(error instanceof TooLargeError) || limit === 0) throw error;
    }
  }
  return undefined;
}
