import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Language, Origin, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { type APIMessage, type Message, Routes } from "discord.js";
import type { BotContext } from "../context.ts";
import { languageOf, say, sayError, sayIfUserError } from "../i18n/translate.ts";
import { DISCORD_LIMITS } from "../messages/discord-limits.ts";
import { isHidden, recordingsOf } from "../messages/recordings.ts";
import { editStatus, type Outgoing, payload } from "../messages/send.ts";
import { statusView } from "../messages/views/status-view.ts";
import { type Admission, admit } from "../requests/admission.ts";
import { defaultsOf, requestFromMessage } from "./create-request.ts";
import { placeOfMessage } from "./permissions.ts";

/**
 * Answers direct messages, and messages in servers that mention the bot: with a score for each recording in the message
 * or in the one that it replies to, with two lines of help for anything else.
 */
export async function handleMessage(bot: BotContext, message: Message): Promise<void> {
  if (message.author.bot || message.system || (message.inGuild() && !mentionsBot(message))) return;
  const language = await languageFor(bot, message);
  try {
    const admission = await admit(bot.preferences, placeOfMessage(message));
    if (admission.preferences.private) throw new UserError("answersArePrivate");
    const recordings = await recordingsFor(message);
    if (recordings.length === 0) return await replyWith(message, say(language, "greeting"));
    for (const [place, origin] of recordings.entries()) {
      const wish = { origin, ...defaultsOf(admission.preferences) };
      await begin(bot, message, requestFromMessage(message, place, language, wish), admission);
    }
  } catch (error) {
    await replyWith(message, errorText(bot, language, error));
  }
}

/** Somebody wrote the bot's name; a reply to one of its messages alone asks for nothing. */
function mentionsBot(message: Message): boolean {
  return new RegExp(`<@!?${message.client.user.id}>`).test(message.content);
}

async function languageFor(bot: BotContext, message: Message): Promise<Language> {
  const known = await bot.preferences.language(message.author.id).catch(() => undefined);
  return known ?? languageOf(message.guild?.preferredLocale);
}

/** @throws UserError contentHidden where the message that this one replies to may not be read */
async function recordingsFor(message: Message): Promise<readonly Origin[]> {
  const own = recordingsOf(message);
  if (own.length || !message.reference) return own;
  const referenced = await message.fetchReference().catch(() => undefined);
  if (referenced && isHidden(referenced)) throw new UserError("contentHidden");
  return referenced ? recordingsOf(referenced) : [];
}

async function begin(
  bot: BotContext,
  message: Message,
  request: TranscriptionRequest,
  admission: Admission,
): Promise<void> {
  const extra = {
    nonce: request.id.slice(-DISCORD_LIMITS.nonce),
    enforce_nonce: true,
    message_reference: { message_id: message.id, fail_if_not_exists: false },
  };
  let reply = request.reply;
  const write = async (view: Pick<Outgoing, "content" | "components">) => {
    const body = payload(view, extra);
    const sent = (await message.client.rest.post(Routes.channelMessages(message.channelId), body)) as APIMessage;
    reply = { ...request.reply, messageId: sent.id };
    return reply;
  };
  try {
    await bot.requests.receive(request, admission, () => write(statusView(request, { kind: "fetching" })));
  } catch (error) {
    const view = { content: errorText(bot, request.requester.language, error), components: [] };
    if (reply.messageId) await editStatus(message.client.rest, reply, view);
    else await write(view);
  }
}

function errorText(bot: BotContext, language: Language, error: unknown): string {
  const known = sayIfUserError(language, error);
  if (known === undefined) bot.log.error({ err: error }, "message failed");
  return known ?? sayError(language, "queueUnreachable", {});
}

async function replyWith(message: Message, content: string): Promise<void> {
  await message.reply({ content, allowedMentions: { parse: [] } });
}
