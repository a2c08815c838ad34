import type { Origin } from "@groovesheet/jobs/request.ts";
import { type Attachment, GatewayIntentBits, type Message } from "discord.js";
import { firstLink } from "../links/find-link.ts";

/** @returns what in a message, or in the messages that it forwards, may be transcribed: attachments, else the first link */
export function recordingsOf(message: Message): readonly Origin[] {
  const parts = [message, ...message.messageSnapshots.values()];
  const attachments = parts.flatMap((part) => [...(part.attachments?.values() ?? [])]).filter(mayHoldSound);
  if (attachments.length) return attachments.map(originOf);
  const links = parts.flatMap(({ content }) => firstLink(content ?? "") ?? []);
  return links
    .filter((url) => URL.canParse(url))
    .slice(0, 1)
    .map((url) => ({ kind: "link", url }));
}

/**
 * Whether Discord may have emptied a message: without the message-content intent a bot gets no text and no files of what
 * other people write in servers, unless it is mentioned.
 */
export function isHidden(message: Message): boolean {
  const { client, author, mentions, content, attachments, embeds, components } = message;
  if (!message.inGuild() || client.options.intents.has(GatewayIntentBits.MessageContent)) return false;
  if (author.id === client.user.id || mentions.users.has(client.user.id)) return false;
  return content === "" && attachments.size === 0 && embeds.length === 0 && components.length === 0;
}

/** An attachment as the source of a request. */
export function originOf(attachment: Attachment): Origin {
  return {
    kind: "attachment",
    url: attachment.url,
    name: attachment.title ?? attachment.name,
    bytes: attachment.size,
  };
}

/** @returns whether an attachment may hold sound, judging by the type that Discord names */
function mayHoldSound({ contentType }: Attachment): boolean {
  return contentType === null || /^(audio|video)\/|octet-stream|ogg/.test(contentType);
}
