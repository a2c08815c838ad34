import type { Language, RequestState, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Text } from "../../i18n/catalogue.ts";
import { type Facts, say } from "../../i18n/translate.ts";
import { DISCORD_LIMITS } from "../discord-limits.ts";
import { linkTo } from "../send.ts";
import { clip, escapeMarkup, joinWithin } from "../text.ts";
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

/** A person's last recordings, and what is left of their limits today. */
export function jobsText(language: Language, requests: readonly TranscriptionRequest[], allowance: Facts): string {
  const left = say(language, "allowance", allowance);
  if (requests.length === 0) return `${say(language, "noJobs")}\n${left}`;
  const entries = requests.map((request) => describe(language, request));
  return joinWithin([`**${say(language, "jobsTitle")}**`, left, ...entries], "\n", DISCORD_LIMITS.content);
}

/** One recording in a list of choices. */
export function jobLabel(language: Language, request: TranscriptionRequest): string {
  const state = say(language, STATES[request.state]);
  return clip(`${nameOf(request)} · ${state}`, DISCORD_LIMITS.choiceName);
}

function describe(language: Language, request: TranscriptionRequest): string {
  const when = `<t:${Math.round(request.createdAt / 1000)}:R>`;
  const name = request.reply.private || !request.reply.messageId ? escapeMarkup(nameOf(request)) : linkedName(request);
  const state = say(language, STATES[request.state]);
  const detail = request.result
    ? summaryLine(language, request.result)
    : request.failure
      ? failureText(request, request.failure)
      : "";
  return `• **${name}** · ${state} · ${when}${detail ? `\n-# ${detail}` : ""}`;
}

/** The name as a link to the answer; brackets would end the name, whether escaped or not. */
function linkedName(request: TranscriptionRequest): string {
  const message = linkTo(request.reply, request.requester.guildId);
  return `[${escapeMarkup(nameOf(request).replace(/[[\]()]/g, " "))}](<${message}>)`;
}
