import type { Origin } from "@groovesheet/jobs/request.ts";
import type { Attachment, Message } from "discord.js";
import { firstLink } from "../links/share-links.ts";

/** @returns what in a message may be transcribed: its attachments, else the first link */
export function recordingsOf(message: Message): readonly Origin[] {
  const attachments = [...message.attachments.values()].filter(mayHoldSound);
  if (attachments.length) return attachments.map((attachment) => originOf(attachment, message));
  const url = firstLink(message.content);
  return url && URL.canParse(url) ? [{ kind: "link", url }] : [];
}

/** An attachment as the source of a request. */
export function originOf(attachment: Attachment, message?: Message): Origin {
  return {
    kind: "attachment",
    url: attachment.url,
    name: attachment.title ?? attachment.name,
    bytes: attachment.size,
    attachmentId: attachment.id,
    ...(message ? { channelId: message.channelId, messageId: message.id } : {}),
  };
}

/** @returns whether an attachment may hold sound, judging by the type that Discord names */
function mayHoldSound({ contentType }: Attachment): boolean {
  return contentType === null || /^(audio|video)\/|octet-stream|ogg/.test(contentType);
}
