import { type APIMessage, type Message, Routes } from "discord.js";
import type { Request } from "../jobs/request.ts";
import { requestFromMessage, soundsOf } from "./ask.ts";
import { receive } from "./intake.ts";
import { say, sayError, sayIfUserError } from "./language.ts";
import { editStatus, payload } from "./reply/deliver.ts";
import { statusView } from "./reply/status.ts";
import type { Bot } from "./services.ts";

/** Answers a direct message: a score for each recording in it, two friendly lines for anything else. */
export async function handleDirectMessage(bot: Bot, message: Message): Promise<void> {
  if (message.author.bot || message.inGuild() || message.system) return;
  const language = (await bot.preferences.language(message.author.id).catch(() => undefined)) ?? "en";
  const sounds = soundsOf(message);
  if (sounds.length === 0) {
    await message.reply({ content: say(language, "greeting"), allowedMentions: { parse: [] } });
    return;
  }
  for (const [place, origin] of sounds.entries()) {
    await begin(bot, message, requestFromMessage(message, place, language, { origin }));
  }
}

async function begin(bot: Bot, message: Message, request: Request): Promise<void> {
  const extra = {
    nonce: request.id.slice(-25),
    enforce_nonce: true,
    message_reference: { message_id: message.id, fail_if_not_exists: false },
  };
  const view = payload(statusView(request, { kind: "fetching" }), extra);
  const status = (await bot.client.rest.post(Routes.channelMessages(message.channelId), view)) as APIMessage;
  try {
    await receive(bot, { ...request, reply: { ...request.reply, messageId: status.id } });
  } catch (error) {
    const { language } = request.requester;
    const known = sayIfUserError(language, error);
    if (known === undefined) bot.log.error({ err: error, job: request.id }, "direct message failed");
    const content = known ?? sayError(language, "queueUnreachable", {});
    await editStatus(bot, { ...request.reply, messageId: status.id }, { content, components: [] });
  }
}
