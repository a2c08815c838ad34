import type { Request } from "@groovesheet/jobs/request.ts";
import { type APIMessage, type Message, Routes } from "discord.js";
import type { BotContext } from "../context.ts";
import { say, sayError, sayIfUserError } from "../i18n/translate.ts";
import { recordingsOf } from "../messages/recordings.ts";
import { editStatus, type Outgoing, payload } from "../messages/send.ts";
import { statusView } from "../messages/status-view.ts";
import { admit, type Place } from "../requests/admission.ts";
import { requestFromMessage } from "./create-request.ts";

/** Outside of servers nobody made rules. */
const DIRECT: Place = { channelIds: [], roleIds: [], isAdmin: false };

/** Answers a direct message: with a score for each recording in it, with two lines of help for anything else. */
export async function handleDirectMessage(bot: BotContext, message: Message): Promise<void> {
  if (message.author.bot || message.inGuild() || message.system) return;
  const language = (await bot.preferences.language(message.author.id).catch(() => undefined)) ?? "en";
  const recordings = recordingsOf(message);
  if (recordings.length === 0) {
    await message.reply({ content: say(language, "greeting"), allowedMentions: { parse: [] } });
    return;
  }
  for (const [place, origin] of recordings.entries()) {
    await begin(bot, message, requestFromMessage(message, place, language, { origin }));
  }
}

async function begin(bot: BotContext, message: Message, request: Request): Promise<void> {
  const extra = {
    nonce: request.id.slice(-25),
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
    await bot.requests.receive(request, await admit(bot.preferences, DIRECT), () =>
      write(statusView(request, { kind: "fetching" })),
    );
  } catch (error) {
    const { language } = request.requester;
    const known = sayIfUserError(language, error);
    if (known === undefined) bot.log.error({ err: error, job: request.id }, "direct message failed");
    const content = known ?? sayError(language, "queueUnreachable", {});
    const view = { content, components: [] };
    if (reply.messageId) await editStatus(message.client.rest, reply, view);
    else await write(view);
  }
}
