import {
  type APIMessage,
  MessageFlags,
  MessageReferenceType,
  type RESTPatchAPIChannelMessageJSONBody,
} from "discord-api-types/v10";
import { checkMessage } from "./form.ts";
import type { StoredInteraction } from "./interactions.ts";
import { Refusal } from "./refusal.ts";
import type { StoredMessage, World } from "./world.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: MessageBody & Record<string, never>;
  readonly files: ReadonlyMap<number, { name: string; type: string; data: Buffer }>;
}

type MessageBody = RESTPatchAPIChannelMessageJSONBody & {
  nonce?: string;
  enforce_nonce?: boolean;
  recipient_id?: string;
  type?: number;
  data?: { content?: string; flags?: number; choices?: { name: string; value: string }[]; components?: [] };
};

export interface Discord {
  readonly world: World;
  readonly origin: () => string;
  readonly interactions: Map<string, StoredInteraction>;
  readonly guilds: () => readonly { id: string; members: readonly { user: { id: string } }[] }[];
  readonly sizeLimit: number;
  /** connections that the bot should open */
  readonly recommendedShards: number;
  readonly sessionsLeft: number;
}

export const UNKNOWN_MESSAGE = new Refusal(404, 10008, "Unknown Message");

/** bytes of all files of one request */
const REQUEST_LIMIT = 26_214_400;

/** @throws Refusal unless a message may be made of this call */
export function checkNewMessage(discord: Discord, call: Call): void {
  checkSizes(discord, call);
  const { content, components, attachments } = call.body;
  if (!content && !components?.length && !attachments?.length && call.files.size === 0) {
    throw new Refusal(400, 50006, "Cannot send an empty message");
  }
}

function checkSizes(discord: Discord, { body, files }: Call): void {
  const total = [...files.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if ([...files.values()].some(({ data }) => data.byteLength > discord.sizeLimit) || total > REQUEST_LIMIT) {
    throw new Refusal(413, 40005, "Request entity too large");
  }
  checkMessage(body as never, files.size);
}

/** Puts what the call says into a message. */
export function editMessage(discord: Discord, stored: StoredMessage, call: Call): APIMessage {
  const { body, files } = call;
  const { message } = stored;
  checkSizes(discord, call);
  if (typeof body.content === "string") {
    message.content = body.content;
    if (stored.history.at(-1) !== body.content) stored.history.push(body.content);
  }
  const mentioned = body.allowed_mentions?.users ?? [];
  if (mentioned.length) message.mentions = mentioned.flatMap((id) => discord.world.users.get(id) ?? []);
  const { message_reference } = body as { message_reference?: APIMessage["message_reference"] };
  if (message_reference) {
    const usual = { type: MessageReferenceType.Default, channel_id: message.channel_id };
    message.message_reference = { ...usual, ...message_reference };
  }
  if (body.components) message.components = body.components as never;
  if (body.attachments || files.size) {
    const kept = message.attachments.filter(({ id }) => body.attachments?.some((entry) => String(entry.id) === id));
    const added = [...files].map(([index, { name, type, data }]) => {
      const about = body.attachments?.find((entry) => String(entry.id) === String(index));
      const attachment = discord.world.createAttachment(discord.origin(), message.channel_id, name, type, data);
      const description = (about as { description?: string } | undefined)?.description;
      return { ...attachment, ...(description ? { description } : {}) };
    });
    message.attachments = [...kept, ...added];
  }
  message.flags = (message.flags ?? 0) & ~MessageFlags.Loading;
  message.edited_timestamp = new Date().toISOString();
  return discord.world.shown(stored);
}
