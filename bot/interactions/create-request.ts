import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Language, Origin, Reply, Request } from "@groovesheet/jobs/request.ts";
import type { Attachment, Message, RepliableInteraction } from "discord.js";
import { MessageFlags } from "discord.js";
import type { z } from "zod";
import { languageOf } from "../i18n/translate.ts";
import { firstLink } from "../links/share-links.ts";

/** milliseconds that Discord lets an interaction be answered */
const TOKEN_MS = 15 * 60_000;
/** bytes that a message may carry where Discord says nothing else */
export const DEFAULT_SIZE_LIMIT = 10 * 1024 * 1024;

export interface Wish {
  readonly origin: Origin;
  readonly listen?: z.input<typeof listenOptionsSchema>;
  readonly notate?: z.input<typeof notateOptionsSchema>;
}

/**
 * Acknowledges an interaction, so that Discord shows that it is worked on.
 *
 * @returns where the answer goes
 */
export async function acknowledge(interaction: RepliableInteraction, onlyCaller: boolean): Promise<Reply> {
  const flags = onlyCaller ? { flags: MessageFlags.Ephemeral as const } : {};
  const { interaction: told } = await interaction.deferReply({ ...flags, withResponse: true });
  return replyTo(interaction, told.responseMessageId ?? undefined, onlyCaller);
}

/** Where the answer to an interaction goes that is acknowledged or about to be. */
export function replyTo(interaction: RepliableInteraction, messageId: string | undefined, onlyCaller: boolean): Reply {
  return {
    applicationId: interaction.applicationId,
    channelId: interaction.channelId ?? interaction.user.id,
    ...(messageId ? { messageId } : {}),
    token: interaction.token,
    tokenExpiresAt: interaction.createdTimestamp + TOKEN_MS,
    private: onlyCaller,
    sizeLimit: interaction.attachmentSizeLimit ?? DEFAULT_SIZE_LIMIT,
  };
}

/** A request out of an interaction; Discord telling of the same one twice gives the same id. */
export function requestFrom(interaction: RepliableInteraction, reply: Reply, wish: Wish): Request {
  const guildId = interaction.guildId ?? undefined;
  return {
    ...blank(`i${interaction.id}`, interaction.createdTimestamp, wish),
    requester: {
      userId: interaction.user.id,
      ...(guildId ? { guildId } : {}),
      language: languageOf(interaction.locale),
    },
    reply,
  };
}

/** A request out of a direct message. */
export function requestFromMessage(message: Message, place: number, language: Language, wish: Wish): Request {
  return {
    ...blank(`m${message.id}-${place}`, message.createdTimestamp, wish),
    requester: { userId: message.author.id, language },
    reply: {
      applicationId: message.client.application!.id,
      channelId: message.channelId,
      private: false,
      sizeLimit: DEFAULT_SIZE_LIMIT,
    },
  };
}

function blank(id: string, createdAt: number, wish: Wish): Omit<Request, "requester" | "reply"> {
  return {
    version: 1,
    id,
    kind: "transcribe",
    createdAt,
    origin: wish.origin,
    listen: listenOptionsSchema.parse(wish.listen ?? {}),
    notate: notateOptionsSchema.parse(wish.notate ?? {}),
    state: "received",
  };
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

/** @returns whether an attachment may hold sound, from what Discord says of it */
export function mayHoldSound(attachment: Attachment): boolean {
  const type = attachment.contentType;
  return type === null || /^(audio|video)\/|octet-stream|ogg/.test(type);
}

/** @returns what in a message may be transcribed: its attachments, else the first link */
export function soundsOf(message: Message): readonly Origin[] {
  const attachments = [...message.attachments.values()].filter(mayHoldSound);
  if (attachments.length) return attachments.map((attachment) => originOf(attachment, message));
  const url = firstLink(message.content);
  return url && URL.canParse(url) ? [{ kind: "link", url }] : [];
}
