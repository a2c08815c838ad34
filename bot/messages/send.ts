import type { Reply, Request } from "@groovesheet/jobs/request.ts";
import {
  type APIChannel,
  type APIMessage,
  type APIMessageTopLevelComponent,
  DiscordAPIError,
  type RawFile,
  type REST,
  Routes,
} from "discord.js";
import { say } from "../i18n/translate.ts";

/** A message as it is to be. */
export interface Outgoing {
  readonly content: string;
  readonly components: APIMessageTopLevelComponent[];
  /** replace what is attached; absent leaves it */
  readonly files?: readonly OutgoingFile[];
}

export interface OutgoingFile {
  readonly name: string;
  readonly data: Buffer;
  readonly mediaType: string;
  /** for those who cannot see the picture */
  readonly description?: string;
}

/** milliseconds before the end of a token at which it is no longer relied on */
const TOKEN_MARGIN_MS = 20_000;
/** Discord: Request entity too large */
const TOO_LARGE = 40005;

/** Discord takes no message of this size here. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/**
 * Edits the status message if that is possible; nothing is lost where it is not.
 *
 * @throws where Discord fails for a while (5xx)
 */
export async function editStatus(rest: REST, reply: Reply, outgoing: Outgoing): Promise<void> {
  await firstThatWorks(editing(rest, reply, outgoing));
}

/**
 * Brings the answer to the person: into the status message, else into its channel, else by direct message. Editing a
 * message twice leaves one answer, and a message that is sent anew carries a nonce by which Discord knows it again: an
 * answer that is tried twice arrives once.
 *
 * @returns where it is now, or undefined where the person can no longer be reached
 * @throws TooLargeError; what Discord throws where it fails for a while: then it is to be tried again
 */
export async function deliver(rest: REST, request: Request, outgoing: Outgoing): Promise<Reply | undefined> {
  const { reply, requester } = request;
  return await firstThatWorks([
    ...editing(rest, reply, outgoing),
    ...(tokenIsAlive(reply) ? [() => followUp(rest, reply, outgoing)] : []),
    ...(reply.private ? [] : [() => sendToChannel(rest, request, outgoing)]),
    () => sendDirectly(rest, requester.userId, request, outgoing),
  ]);
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
  const flags = reply.private ? { flags: 64 } : {};
  const query = new URLSearchParams({ wait: "true" });
  const sent = (await rest.post(route, { ...payload(outgoing, flags), auth: false, query })) as APIMessage;
  return { ...reply, messageId: sent.id };
}

async function sendToChannel(rest: REST, request: Request, outgoing: Outgoing): Promise<Reply> {
  const { reply, requester } = request;
  const named = { ...outgoing, content: `<@${requester.userId}> ${outgoing.content}` };
  const extra = { ...nonceOf(request), allowed_mentions: { users: [requester.userId] } };
  return { ...reply, messageId: await postOnce(rest, reply.channelId, named, extra) };
}

async function sendDirectly(rest: REST, userId: string, request: Request, outgoing: Outgoing): Promise<Reply> {
  const channel = (await rest.post(Routes.userChannels(), { body: { recipient_id: userId } })) as APIChannel;
  const { language, guildId } = request.requester;
  // A group of people has no name that can be read elsewhere.
  const moved = guildId
    ? say(language, "notInServer", { channel: `<#${request.reply.channelId}>` })
    : say(language, "notThere");
  const told =
    channel.id === request.reply.channelId ? outgoing : { ...outgoing, content: `${moved}\n${outgoing.content}` };
  const messageId = await postOnce(rest, channel.id, told, nonceOf(request));
  const { token: _, tokenExpiresAt: __, ...reply } = request.reply;
  return { ...reply, channelId: channel.id, messageId, private: false };
}

/**
 * Sends a message under a nonce. Where Discord knows the nonce it gives the message that came under it before, a status
 * say of a bot that died: this becomes what is to be told.
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

/** Tries one way after the other. @returns what the first gave that Discord allowed, or undefined where it allowed none */
async function firstThatWorks(ways: readonly Way[]): Promise<Reply | undefined> {
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || error.status >= 500) throw error;
      if (error.code === TOO_LARGE || error.status === 413) throw new TooLargeError(error.message, { cause: error });
    }
  }
  return undefined;
}

function tokenIsAlive(reply: Reply): boolean {
  return reply.token !== undefined && (reply.tokenExpiresAt ?? 0) - TOKEN_MARGIN_MS > Date.now();
}

/** Discord's nonces hold 25 characters; the end of our ids is what tells them apart. */
function nonceOf(request: Request): object {
  return { nonce: request.id.slice(-25), enforce_nonce: true };
}

/** A message in the shape that Discord's interface takes. */
export function payload(outgoing: Outgoing, extra: object = {}): { body: object; files?: RawFile[] } {
  const { content, components, files } = outgoing;
  const body = { content, components, allowed_mentions: { parse: [] }, ...extra };
  if (!files) return { body };
  const attachments = files.map(({ name, description }, id) => ({ id, filename: name, description }));
  const raw = files.map(({ name, data, mediaType }) => ({ name, data, contentType: mediaType }));
  return { body: { ...body, attachments }, files: raw };
}
