import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Origin, Request, Source } from "@groovesheet/jobs/request.ts";
import { sourceKey } from "@groovesheet/jobs/results.ts";
import { hashFile } from "@groovesheet/jobs/store.ts";
import { temporaryFolder } from "@groovesheet/jobs/temporary.ts";
import { ChannelType, type Message, PermissionFlagsBits } from "discord.js";
import type { BotContext } from "../context.ts";
import { soundsOf } from "../interactions/create-request.ts";
import { checkLink } from "../links/address.ts";
import { type DownloadLimits, downloadAttachment, downloadLink, StatusError } from "../links/download.ts";
import { directLink, messageLink } from "../links/share-links.ts";
import { checkIsSound } from "../links/sniff.ts";
import { downloadWithYtDlp } from "../links/yt-dlp.ts";

/**
 * Brings the recording of a request into the store.
 *
 * @throws UserError where it is not to be had or is no recording
 */
export async function fetchSource(bot: BotContext, request: Request): Promise<Source> {
  const folder = await temporaryFolder();
  try {
    const { path, name } = await download(bot, request, request.origin, folder);
    const { size } = await stat(path);
    if (size === 0) throw new UserError("fileEmpty");
    const hash = await hashFile(path);
    await bot.store.putFile(sourceKey(hash), path);
    return { hash, name, bytes: size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Fetched {
  readonly path: string;
  readonly name: string;
}

async function download(bot: BotContext, request: Request, origin: Origin, folder: string): Promise<Fetched> {
  if (origin.kind === "attachment") return await fromDiscord(bot, origin, folder);
  if (origin.kind === "stored") throw new UserError("jobUnknown");
  const url = checkLink(origin.url, bot.settings.LINK_PRIVATE_HOSTS);
  const linked = messageLink(url);
  if (linked) return await fromMessage(bot, request, linked, folder);
  if (isDiscordFile(bot, url)) {
    const attachment = { kind: "attachment" as const, url: url.href, name: basename(url.pathname), bytes: 0 };
    return await fromDiscord(bot, attachment, folder);
  }
  return await fromLink(bot, url, folder);
}

async function fromLink(bot: BotContext, url: URL, folder: string): Promise<Fetched> {
  const limits = downloadLimits(bot);
  const path = join(folder, "recording");
  const { name, contentType } = await downloadLink(directLink(url).href, path, limits);
  try {
    await checkIsSound(path, contentType, true);
    return { path, name };
  } catch (error) {
    const program = bot.settings.YT_DLP_PATH;
    if (!program || !(error instanceof UserError) || error.code !== "linkNeedsHelper") throw error;
  }
  const within = join(folder, "page");
  await mkdir(within);
  const found = await downloadWithYtDlp(bot.settings.YT_DLP_PATH!, url, within, limits);
  await checkIsSound(found, "", true);
  return { path: found, name: basename(found) };
}

async function fromDiscord(
  bot: BotContext,
  origin: Extract<Origin, { kind: "attachment" }>,
  folder: string,
): Promise<Fetched> {
  if (!isDiscordFile(bot, new URL(origin.url))) throw new UserError("linkNotAllowed");
  const limits = downloadLimits(bot);
  if (origin.bytes > limits.megabytes * 1e6) {
    throw new UserError("fileTooLarge", { megabytes: Math.ceil(origin.bytes / 1e6), maximum: limits.megabytes });
  }
  const path = join(folder, "recording");
  const get = async (url: string) => {
    const { contentType } = await downloadAttachment(url, path, limits);
    await checkIsSound(path, contentType, false);
    return { path, name: origin.name };
  };
  try {
    return await get(origin.url);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.status >= 500) throw new UserError("linkUnreachable", { reason: error.message });
  }
  // The signature of the address ran out; the message still knows the file and Discord signs it anew.
  const fresh = await freshUrl(bot, origin);
  try {
    return await get(fresh);
  } catch (error) {
    throw error instanceof StatusError ? new UserError("attachmentExpired") : error;
  }
}

async function freshUrl(bot: BotContext, origin: Extract<Origin, { kind: "attachment" }>): Promise<string> {
  if (!origin.channelId || !origin.messageId) throw new UserError("attachmentExpired");
  const message = await readMessage(bot, origin.channelId, origin.messageId);
  const attachment = origin.attachmentId === undefined ? undefined : message?.attachments.get(origin.attachmentId);
  if (!attachment) throw new UserError("attachmentExpired");
  return attachment.url;
}

async function fromMessage(
  bot: BotContext,
  request: Request,
  linked: { channelId: string; messageId: string },
  folder: string,
): Promise<Fetched> {
  await demandSight(bot, request.requester.userId, linked.channelId);
  const message = await readMessage(bot, linked.channelId, linked.messageId);
  const [sound] = message ? soundsOf(message) : [];
  // A message that leads to a message would let links go round in circles.
  if (!sound || (sound.kind === "link" && messageLink(new URL(sound.url)))) throw new UserError("messageNotFound");
  return await download(bot, request, sound, folder);
}

/** A link must not show a person what Discord would not: they have to see the channel themselves. */
async function demandSight(bot: BotContext, userId: string, channelId: string): Promise<void> {
  const channel = await bot.client.channels.fetch(channelId).catch(() => null);
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

async function readMessage(bot: BotContext, channelId: string, messageId: string): Promise<Message | null> {
  const channel = await bot.client.channels.fetch(channelId).catch(() => null);
  if (!channel?.isTextBased()) return null;
  return await channel.messages.fetch({ message: messageId, force: true }).catch(() => null);
}

function isDiscordFile(bot: BotContext, url: URL): boolean {
  return bot.settings.DISCORD_CDN_URLS.some((known) => url.origin === new URL(known).origin);
}

function downloadLimits(bot: BotContext): DownloadLimits {
  const { MAX_FILE_MB, DOWNLOAD_SECONDS, LINK_PRIVATE_HOSTS } = bot.settings;
  return { megabytes: MAX_FILE_MB, seconds: DOWNLOAD_SECONDS, privateHosts: LINK_PRIVATE_HOSTS };
}
