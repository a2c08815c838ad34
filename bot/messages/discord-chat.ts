import type { Log } from "@groovesheet/jobs/log.ts";
import type { Reply, RequestState, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { JobResult } from "@groovesheet/jobs/result.ts";
import type { ObjectStore } from "@groovesheet/jobs/stores/store.ts";
import type { Client, REST } from "discord.js";
import type { Text } from "../i18n/catalogue.ts";
import { say } from "../i18n/translate.ts";
import { type Chat, DeliveryRefused, type Outcome } from "../requests/chat.ts";
import { DISCORD_LIMITS } from "./discord-limits.ts";
import { noticeFinished } from "./finished-notice.ts";
import { freshUrl, recordingsIn } from "./linked-message.ts";
import { isRefusal, TooLargeError, withoutRefused } from "./refusal.ts";
import { deliver, editStatus, type Outgoing } from "./send.ts";
import { clip } from "./text.ts";
import { failureView } from "./views/failure-view.ts";
import { playView } from "./views/play-view.ts";
import { resultView } from "./views/result-view.ts";
import { statusView } from "./views/status-view.ts";

/** bytes that are tried where Discord took less than it said */
const SMALLER_LIMITS = [8_000_000, 500_000, 0];

/** times that a refused answer is tried: at the pace of the sweeps that is five minutes */
const MAX_REFUSALS = 20;

const STATE_TEXTS: Readonly<Partial<Record<RequestState, Text>>> = {
  done: "stateDone",
  failed: "stateFailed",
  cancelled: "stateCancelled",
};

interface Side {
  readonly client: Client;
  readonly store: ObjectStore;
  readonly log: Log;
}

/** Discord's side of the port. */
export function discordChat(side: Side): Chat {
  const { client } = side;
  /** how often the answer to a request was refused, by id */
  const refusals = new Map<string, number>();
  return {
    status(request, situation) {
      const view = statusView(request, situation);
      return { text: view.content, show: () => editStatus(client.rest, request.reply, view) };
    },
    async deliver(request, outcome, parent) {
      try {
        const reply = await deliverAccepted(side, request, outcome, parent);
        refusals.delete(request.id);
        if (reply) await noticeFinished(client.rest, request, reply).catch(() => {}); // the answer is there without it
        return reply;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const times = (refusals.get(request.id) ?? 0) + 1;
        refusals.set(request.id, times);
        throw new DeliveryRefused(times >= MAX_REFUSALS, error);
      }
    },
    recordingsIn: (message, userId) => recordingsIn(client, message, userId),
    freshUrl: (url) => freshUrl(client, url),
  };
}

function answerView(
  store: ObjectStore,
  request: TranscriptionRequest,
  result: JobResult,
  limit: number,
): Promise<Outgoing> {
  const { play } = request;
  return play ? playView(store, request, play, result, limit) : resultView(store, request, result, limit);
}

/** Sends what Discord takes: it may take less than the limit that it named, and refuse a part of a message. */
async function deliverAccepted(
  { client, store, log }: Side,
  request: TranscriptionRequest,
  outcome: Outcome,
  parent: TranscriptionRequest | undefined,
): Promise<Reply | undefined> {
  const view = (limit: number): Promise<Outgoing> | Outgoing =>
    outcome.state === "done"
      ? answerView(store, request, outcome.result, limit)
      : failureView(request, outcome.failure, parent);
  const limits = [request.reply.sizeLimit, ...SMALLER_LIMITS.filter((limit) => limit < request.reply.sizeLimit)];
  for (const limit of limits) {
    try {
      return await deliverReduced(client.rest, request, await view(limit), log);
    } catch (error) {
      if (!(error instanceof TooLargeError) || limit === 0) throw error;
    }
  }
  return undefined;
}

/** Takes out of a message what Discord refuses, part by part, until it takes the rest. */
async function deliverReduced(
  rest: REST,
  request: TranscriptionRequest,
  whole: Outgoing,
  log: Log,
): Promise<Reply | undefined> {
  const { language } = request.requester;
  const note = `-# ${say(language, "reduced")}`;
  const fallback = `${say(language, STATE_TEXTS[request.state] ?? "stateDone")}\n${note}`;
  for (let outgoing = whole; ; ) {
    try {
      return await deliver(rest, request, outgoing);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { code, status, rawError } = error;
      log.error({ job: request.id, code, status, rawError }, "Discord refuses the answer");
      const reduced = status === 400 ? withoutRefused(outgoing, error, fallback) : undefined;
      if (!reduced) throw error;
      const content = clip(whole.content, DISCORD_LIMITS.content - note.length - 1);
      outgoing = reduced.content === whole.content ? { ...reduced, content: `${content}\n${note}` } : reduced;
    }
  }
}
