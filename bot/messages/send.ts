import type { Reply, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { type APIChannel, type APIMessage, MessageFlags, type RawFile, type REST, Routes } from "discord.js";
import { say } from "../i18n/translate.ts";
import { DISCORD_LIMITS } from "./discord-limits.ts";
import type { Outgoing } from "./outgoing.ts";
import { isClosed, isTooLarge, TooLargeError } from "./refusal.ts";
import { clip } from "./text.ts";

/** A message to send. */
export type { Outgoing, OutgoingFile } from "./outgoing.ts";

/** milliseconds before the end of a token at which it is no longer relied on */
const TOKEN_MARGIN_MS = 20_000;

/**
 * Edits the status message where that is possible.
 *
 * @throws where Discord fails for a while (5xx) or refuses what the message says
 */
export async function editStatus(rest: REST, reply: Reply, outgoing: Outgoing): Promise<void> {
  await firstOpen(editing(rest, reply, outgoing));
}

/**
 * Sends the answer: into the status message, or else into its channel, or else by direct message. Editing a message twice
 * leaves one answer, and a new message carries a nonce by which Discord recognises it: an answer that is sent twice
 * arrives once.
 *
 * @returns where the answer is, or undefined where no way to the person is open
 * @throws TooLargeError; DiscordAPIError where Discord refuses what is sent; what Discord throws where it fails for a
 * while: then it is to be tried again
 */
export async function deliver(
  rest: REST,
  request: TranscriptionRequest,
  outgoing: Outgoing,
): Promise<Reply | undefined> {
  const { reply, requester } = request;
  const sent = await firstOpen([
    ...editing(rest, reply, outgoing),
    ...(tokenIsAlive(reply) ? [() => followUp(rest, reply, outgoing)] : []),
    ...(reply.private ? [] : [() => sendToChannel(rest, request, outgoing)]),
    () => sendDirectly(rest, requester.userId, request, outgoing),
  ]);
  if (sent && reply.messageId && sent.messageId !== reply.messageId) await leaveTrace(rest, request, sent);
  return sent;
}

/** The former status message says where the answer is. Where it cannot be edited, nobody can see it any more. */
async function leaveTrace(rest: REST, { reply, requester }: TranscriptionRequest, sent: Reply): Promise<void> {
  const content = say(requester.language, "movedTo", { link: linkTo(sent, requester.guildId) });
  await editStatus(rest, reply, { content, components: [], files: [] }).catch(() => {});
}

/** @returns the address of an answer */
export function linkTo({ direct, channelId, messageId }: Reply, guildId: string | undefined): string {
  return `https://discord.com/channels/${direct ? "@me" : (guildId ?? "@me")}/${channelId}/${messageId}`;
}

type Way = () => Promise<Reply>;

function editing(rest: REST, reply: Reply, outgoing: Outgoing): Way[] {
  const message = reply.messageId;
  const edited = async (route: `/${string}`, auth: boolean) => {
    await rest.patch(route, { ...payload(outgoing), auth });
    return reply;
  };
  const byToken = () => edited(Routes.webhookMessage(reply.applicationId, reply.token!, message ?? "@original"), false);
  const asBot = () => edited(Routes.channelMessage(reply.channelId, message!), true);
  return [...(tokenIsAlive(reply) ? [byToken] : []), ...(message && !reply.private ? [asBot] : [])];
}

async function followUp(rest: REST, reply: Reply, outgoing: Outgoing): Promise<Reply> {
  const route = Routes.webhook(reply.applicationId, reply.token!);
  const flags = reply.private ? { flags: MessageFlags.Ephemeral } : {};
  const query = new URLSearchParams({ wait: "true" });
  const sent = (await rest.post(route, { ...payload(outgoing, flags), auth: false, query })) as APIMessage;
  return { ...reply, messageId: sent.id };
}

async function sendToChannel(rest: REST, request: TranscriptionRequest, outgoing: Outgoing): Promise<Reply> {
  const { reply, requester } = request;
  const named = { ...outgoing, content: clip(`<@${requester.userId}> ${outgoing.content}`, DISCORD_LIMITS.content) };
  const extra = { ...nonceOf(request), allowed_mentions: { users: [requester.userId] } };
  return { ...reply, messageId: await postOnce(rest, reply.channelId, named, extra) };
}

async function sendDirectly(
  rest: REST,
  userId: string,
  request: TranscriptionRequest,
  outgoing: Outgoing,
): Promise<Reply> {
  const channel = (await rest.post(Routes.userChannels(), { body: { recipient_id: userId } })) as APIChannel;
  const { language, guildId } = request.requester;
  // A group of people has no name that can be read elsewhere.
  const moved = guildId
    ? say(language, "notInServer", { channel: `<#${request.reply.channelId}>` })
    : say(language, "notThere");
  const isElsewhere = channel.id !== request.reply.channelId;
  const content = isElsewhere ? clip(`${moved}\n${outgoing.content}`, DISCORD_LIMITS.content) : outgoing.content;
  const messageId = await postOnce(rest, channel.id, { ...outgoing, content }, nonceOf(request));
  const { token: _, tokenExpiresAt: __, ...reply } = request.reply;
  return { ...reply, channelId: channel.id, messageId, private: false, direct: true };
}

/**
 * Sends a message with a nonce. Where Discord knows the nonce, it returns the message that was sent with it before, such
 * as the status of a bot that died: that message is edited.
 *
 * @returns the id of the message
 */
async function postOnce(rest: REST, channelId: string, outgoing: Outgoing, extra: object): Promise<string> {
  const sent = (await rest.post(Routes.channelMessages(channelId), payload(outgoing, extra))) as APIMessage;
  if (sent.content !== outgoing.content) {
    await rest.patch(Routes.channelMessage(channelId, sent.id), payload(outgoing));
  }
  return sent.id;
}

/**
 * Tries one way after the other.
 *
 * @returns what the first one gave that is open; undefined where all are closed
 * @throws what Discord says of a way that is open
 */
async function firstOpen(ways: readonly Way[]): Promise<Reply | undefined> {
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (isTooLarge(error)) throw new TooLargeError((error as Error).message, { cause: error });
      if (!isClosed(error)) throw error;
    }
  }
  return undefined;
}

export function tokenIsAlive(reply: Reply): boolean {
  return reply.token !== undefined && (reply.tokenExpiresAt ?? 0) - TOKEN_MARGIN_MS > Date.now();
}

/** The end of an id is unique. */
function nonceOf(request: TranscriptionRequest): object {
  return { nonce: request.id.slice(-DISCORD_LIMITS.nonce), enforce_nonce: true };
}

/** A message in the shape that Discord's API takes. */
export function payload(outgoing: Outgoing, extra: object = {}): { body: object; files?: RawFile[] } {
  const { content, components, files } = outgoing;
  const body = { content, components, allowed_mentions: { parse: [] }, ...extra };
  if (!files) return { body };
  const attachments = files.map(({ name, description }, id) => ({ id, filename: name, description }));
  const raw = files.map(({ name, data, mediaType }) => ({ name, data, contentType: mediaType }));
  return { body: { ...body, attachments }, files: raw };
}
