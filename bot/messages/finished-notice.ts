import type { Reply, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { MessageFlags, type REST, Routes } from "discord.js";
import { say } from "../i18n/translate.ts";
import { payload, tokenIsAlive } from "./send.ts";
import { escapeMarkup } from "./text.ts";
import { nameOf } from "./views/status-view.ts";

/** milliseconds after which a person no longer watches the status message */
export const LONG_MS = 2 * 60_000;

/**
 * Mentions the person when a song took long: editing the status message notifies nobody. Where the answer is a new
 * message, it mentions them itself.
 *
 * @param answer where the answer is
 */
export async function noticeFinished(rest: REST, request: TranscriptionRequest, answer: Reply): Promise<void> {
  const { reply, requester, kind, state } = request;
  const isLong = kind === "transcribe" && state !== "cancelled" && Date.now() - request.createdAt > LONG_MS;
  if (!isLong || answer.messageId !== reply.messageId || answer.channelId !== reply.channelId) return;
  const outgoing = { content: finishedText(request), components: [] };
  const mention = { allowed_mentions: { users: [requester.userId] } };
  if (tokenIsAlive(reply)) {
    const flags = reply.private ? { flags: MessageFlags.Ephemeral } : {};
    const route = Routes.webhook(reply.applicationId, reply.token!);
    await rest.post(route, { ...payload(outgoing, { ...mention, ...flags }), auth: false });
  } else if (!reply.private && !reply.tokenOnly) {
    const reference = { message_reference: { message_id: answer.messageId, fail_if_not_exists: false } };
    const nonce = { nonce: `f${request.id}`.slice(-25), enforce_nonce: true };
    await rest.post(Routes.channelMessages(reply.channelId), payload(outgoing, { ...mention, ...reference, ...nonce }));
  }
}

/** What the notice says. */
export function finishedText(request: TranscriptionRequest): string {
  const { language, userId } = request.requester;
  return say(language, "finished", { user: `<@${userId}>`, name: escapeMarkup(nameOf(request)) });
}
