import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Language, Origin, Reply, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Message, RepliableInteraction } from "discord.js";
import { InteractionContextType, MessageFlags } from "discord.js";
import type { z } from "zod";
import { languageOf } from "../i18n/translate.ts";
import type { GuildPreferences } from "../persistence/preferences.ts";
import type { PressInteraction } from "./command.ts";

/** milliseconds for which Discord accepts the token of an interaction */
const TOKEN_MS = 15 * 60_000;
/** bytes that a file may have where Discord names no other limit */
export const DEFAULT_SIZE_LIMIT = 10 * 1024 * 1024;

export interface Wish {
  readonly origin: Origin;
  readonly listen?: z.input<typeof listenOptionsSchema>;
  readonly notate?: z.input<typeof notateOptionsSchema>;
}

/**
 * Acknowledges an interaction: Discord shows that work began.
 *
 * @returns where the answer goes
 */
export async function acknowledge(interaction: RepliableInteraction, onlyCaller: boolean): Promise<Reply> {
  const flags = onlyCaller ? { flags: MessageFlags.Ephemeral as const } : {};
  const { interaction: response } = await interaction.deferReply({ ...flags, withResponse: true });
  return replyTo(interaction, response.responseMessageId ?? undefined, onlyCaller);
}

/** @returns whether only the caller sees the message of a button, so that an answer to it is for the caller alone */
export function isPrivate({ message }: PressInteraction): boolean {
  return message.flags.has(MessageFlags.Ephemeral);
}

/** Where the answer to an interaction goes. */
export function replyTo(interaction: RepliableInteraction, messageId: string | undefined, onlyCaller: boolean): Reply {
  return {
    applicationId: interaction.applicationId,
    channelId: interaction.channelId ?? interaction.user.id,
    ...(messageId ? { messageId } : {}),
    token: interaction.token,
    tokenExpiresAt: interaction.createdTimestamp + TOKEN_MS,
    private: onlyCaller,
    ...(isMember(interaction) ? {} : { tokenOnly: true }),
    sizeLimit: interaction.attachmentSizeLimit ?? DEFAULT_SIZE_LIMIT,
  };
}

/** Whether the bot itself is where the interaction is; a person may bring it along to servers and groups as their app. */
function isMember({ guildId, guild, context }: RepliableInteraction): boolean {
  return guildId ? guild !== null : context !== InteractionContextType.PrivateChannel;
}

/**
 * Makes a request from an interaction. Its id follows from the interaction: an event that Discord sends twice is one
 * request.
 *
 * @param index which of several recordings of the interaction
 */
export function requestFrom(
  interaction: RepliableInteraction,
  reply: Reply,
  wish: Wish,
  index = 0,
): TranscriptionRequest {
  const guildId = interaction.guildId ?? undefined;
  return {
    ...blank(`i${interaction.id}${index ? `-${index}` : ""}`, interaction.createdTimestamp, wish),
    requester: {
      userId: interaction.user.id,
      ...(guildId ? { guildId } : {}),
      language: languageOf(interaction.locale),
    },
    reply,
  };
}

/** Makes a request from a message. @param place which of the recordings in the message */
export function requestFromMessage(
  message: Message,
  place: number,
  language: Language,
  wish: Wish,
): TranscriptionRequest {
  return {
    ...blank(`m${message.id}-${place}`, message.createdTimestamp, wish),
    requester: { userId: message.author.id, ...(message.guildId ? { guildId: message.guildId } : {}), language },
    reply: {
      applicationId: message.client.application!.id,
      channelId: message.channelId,
      private: false,
      sizeLimit: DEFAULT_SIZE_LIMIT,
    },
  };
}

/** The options that hold where a person chooses none: those of the server. */
export function defaultsOf({ separation, detail, grid }: Partial<GuildPreferences>) {
  return { listen: { separation }, notate: { detail, grid } };
}

function blank(id: string, createdAt: number, wish: Wish): Omit<TranscriptionRequest, "requester" | "reply"> {
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
