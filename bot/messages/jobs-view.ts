import type { Language, Request, RequestState } from "@groovesheet/jobs/request.ts";
import type { Text } from "../i18n/catalogue.ts";
import { say } from "../i18n/translate.ts";
import { failureText } from "./failure-view.ts";
import { summaryLine } from "./result-view.ts";
import { nameOf } from "./status-view.ts";

const STATES: Readonly<Record<RequestState, Text>> = {
  received: "stateReceived",
  fetched: "stateReceived",
  queued: "stateQueued",
  done: "stateDone",
  failed: "stateFailed",
  cancelled: "stateCancelled",
};

/** A person's last recordings. */
export function jobsText(language: Language, requests: readonly Request[]): string {
  if (requests.length === 0) return say(language, "noJobs");
  return [`**${say(language, "jobsTitle")}**`, ...requests.map((request) => describe(language, request))].join("\n");
}

/** One recording in a list of choices. */
export function jobLabel(language: Language, request: Request): string {
  return `${nameOf(request)} · ${say(language, STATES[request.state])}`;
}

function describe(language: Language, request: Request): string {
  const when = `<t:${Math.round(request.createdAt / 1000)}:R>`;
  const name = request.reply.private || !request.reply.messageId ? nameOf(request) : linkedName(request);
  const state = say(language, STATES[request.state]);
  const detail = request.result
    ? summaryLine(language, request.result)
    : request.failure
      ? failureText(request, request.failure)
      : "";
  return `• **${name}** · ${state} · ${when}${detail ? `\n-# ${detail}` : ""}`;
}

/** The name as a link to the answer. */
function linkedName(request: Request): string {
  const { requester, reply } = request;
  const message = `https://discord.com/channels/${requester.guildId ?? "@me"}/${reply.channelId}/${reply.messageId}`;
  return `[${nameOf(request)}](<${message}>)`;
}
