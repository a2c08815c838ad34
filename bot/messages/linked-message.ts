import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Origin } from "@groovesheet/jobs/request.ts";
import { ChannelType, type Client, type Message, PermissionFlagsBits } from "discord.js";
import type { MessageReference } from "../requests/chat.ts";
import { isHidden, recordingsOf } from "./recordings.ts";

/**
 * Finds the recordings in a message that a person linked to.
 *
 * @throws UserError messageNotFound where the person cannot see it or it holds none, contentHidden where Discord does not
 * show it to the bot
 */
export async function recordingsIn(
  client: Client,
  { channelId, messageId }: MessageReference,
  userId: string,
): Promise<readonly Origin[]> {
  await checkSight(client, userId, channelId);
  const message = await readMessage(client, channelId, messageId);
  if (message && isHidden(message)) throw new UserError("contentHidden");
  const found = message ? recordingsOf(message) : [];
  if (found.length === 0) throw new UserError("messageNotFound");
  return found;
}

/** @returns the address of an attachment as Discord signs it now, or undefined where the file is gone */
export async function freshUrl({ rest }: Client, url: string): Promise<string | undefined> {
  const body = { attachment_urls: [url] };
  const answer = (await rest.post("/attachments/refresh-urls", { body })) as RefreshedUrls;
  return answer.refreshed_urls[0]?.refreshed ?? undefined;
}

interface RefreshedUrls {
  readonly refreshed_urls: readonly { readonly refreshed: string | null }[];
}

/** A link must not show a person what Discord would not show them: they have to see the channel themselves. */
async function checkSight(client: Client, userId: string, channelId: string): Promise<void> {
  const channel = await client.channels.fetch(channelId).catch(() => null);
  if (!channel) throw new UserError("messageNotFound");
  if (channel.isDMBased()) {
    if ("recipientId" in channel && channel.recipientId === userId) return;
    throw new UserError("messageNotFound");
  }
  const member = await channel.guild.members.fetch(userId).catch(() => null);
  const needed = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory];
  const seesChannel = member !== null && channel.permissionsFor(member).has(needed);
  const seesThread =
    channel.type !== ChannelType.PrivateThread || (await channel.members.fetch(userId).catch(() => null)) !== null;
  if (!seesChannel || !seesThread) throw new UserError("messageNotFound");
}

async function readMessage(client: Client, channelId: string, messageId: string): Promise<Message | null> {
  const channel = await client.channels.fetch(channelId).catch(() => null);
  if (!channel?.isTextBased()) return null;
  return await channel.messages.fetch({ message: messageId, force: true }).catch(() => null);
}
