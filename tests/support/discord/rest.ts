import {
  type APIMessage,
  InteractionResponseType,
  MessageFlags,
  type RESTPatchAPIChannelMessageJSONBody,
} from "discord-api-types/v10";
import type { StoredInteraction } from "./interactions.ts";
import { APPLICATION_ID, BOT_USER, type StoredMessage, type World } from "./world.ts";

/** What Discord says when it refuses. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

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
  /** connections that the bot is told to open */
  readonly recommendedShards: number;
}

const UNKNOWN_MESSAGE = new Refusal(404, 10008, "Unknown Message");

type Handler = (discord: Discord, call: Call, ...parts: string[]) => object | undefined;

/** Each route with what it does; `undefined` answers 204. */
const ROUTES: readonly (readonly [string, RegExp, Handler])[] = [
  ["GET", /^\/gateway\/bot$/, gatewayBot],
  ["GET", /^\/users\/@me$/, () => BOT_USER],
  ["PUT", /^\/applications\/\d+\/commands$/, putCommands],
  ["POST", /^\/interactions\/(\d+)\/([^/]+)\/callback$/, callback],
  ["POST", /^\/webhooks\/\d+\/([^/]+)$/, followUp],
  ["PATCH", /^\/webhooks\/\d+\/([^/]+)\/messages\/(@original|\d+)$/, editByToken],
  ["GET", /^\/webhooks\/\d+\/([^/]+)\/messages\/(@original|\d+)$/, readByToken],
  ["POST", /^\/channels\/(\d+)\/messages$/, createMessage],
  ["PATCH", /^\/channels\/(\d+)\/messages\/(\d+)$/, editAsBot],
  ["GET", /^\/channels\/(\d+)\/messages\/(\d+)$/, readMessage],
  ["GET", /^\/channels\/(\d+)$/, readChannel],
  ["POST", /^\/users\/@me\/channels$/, openDirect],
  ["GET", /^\/guilds\/(\d+)\/members\/(\d+)$/, readMember],
];

export function answer(discord: Discord, call: Call): object | undefined {
  for (const [method, pattern, handler] of ROUTES) {
    const found = method === call.method ? pattern.exec(call.path) : null;
    if (found) return handler(discord, call, ...found.slice(1));
  }
  throw new Refusal(404, 0, `404: Not Found (${call.method} ${call.path})`);
}

/** The bucket that a route counts in, by its channel or token. */
export function bucketOf({ method, path }: Call): string | undefined {
  const channel = /^\/channels\/(\d+)\/messages/.exec(path)?.[1];
  if (channel) return `${method} channel ${channel}`;
  const token = /^\/webhooks\/\d+\/([^/]+)/.exec(path)?.[1];
  return token ? `${method} webhook ${token}` : undefined;
}

function gatewayBot(discord: Discord): object {
  const limit = { total: 1000, remaining: 999, reset_after: 1000, max_concurrency: 16 };
  const url = discord.origin().replace("http", "ws").concat("/gateway");
  return { url, shards: discord.recommendedShards, session_start_limit: limit };
}

function putCommands(discord: Discord, { body }: Call): object {
  const commands = body as unknown as { name: string; type: number }[];
  discord.world.commands = commands as never;
  return commands.map((command) => ({ ...command, id: discord.world.snowflake(), application_id: APPLICATION_ID }));
}

function callback(discord: Discord, { body }: Call, id: string): object {
  const interaction = discord.interactions.get(id);
  if (!interaction || Date.now() - interaction.createdAt > 3000) throw new Refusal(404, 10062, "Unknown interaction");
  interaction.acks++;
  if (interaction.ackMs !== undefined) {
    throw new Refusal(400, 40060, "Interaction has already been acknowledged.");
  }
  interaction.ackMs = Date.now() - interaction.createdAt;
  interaction.ackType = body.type!;
  const told = { id, type: 2 };
  if (body.type === InteractionResponseType.ApplicationCommandAutocompleteResult) {
    interaction.choices = body.data!.choices!;
    return { interaction: told };
  }
  const { DeferredMessageUpdate, Modal } = InteractionResponseType;
  if (body.type === DeferredMessageUpdate || body.type === Modal) return { interaction: told };
  const flags = Number(body.data?.flags ?? 0);
  const loading = body.type === InteractionResponseType.DeferredChannelMessageWithSource ? MessageFlags.Loading : 0;
  const { content = "", components = [] } = body.data ?? {};
  const extra = { flags: flags | loading, components };
  const stored = discord.world.createMessage(interaction.channelId, BOT_USER, content, extra);
  if (flags & MessageFlags.Ephemeral) stored.onlyFor = interaction.userId;
  interaction.messageId = stored.message.id;
  return {
    interaction: { ...told, response_message_id: stored.message.id },
    resource: { type: body.type, message: stored.message },
  };
}

function byToken(discord: Discord, token: string): StoredInteraction {
  const found = [...discord.interactions.values()].find((interaction) => interaction.token === token);
  if (!found || found.tokenExpiresAt < Date.now()) throw new Refusal(401, 50027, "Invalid Webhook Token");
  return found;
}

function messageByToken(discord: Discord, token: string, id: string): StoredMessage {
  const interaction = byToken(discord, token);
  const wanted = id === "@original" ? interaction.messageId : id;
  const stored = wanted === undefined ? undefined : discord.world.messages.get(wanted);
  if (!stored || stored.deleted) throw UNKNOWN_MESSAGE;
  return stored;
}

function readByToken(discord: Discord, _: Call, token: string, id: string): object {
  return discord.world.shown(messageByToken(discord, token, id));
}

function editByToken(discord: Discord, call: Call, token: string, id: string): object {
  return edit(discord, messageByToken(discord, token, id), call);
}

function followUp(discord: Discord, call: Call, token: string): object {
  const interaction = byToken(discord, token);
  const stored = discord.world.createMessage(interaction.channelId, BOT_USER, "");
  if (Number(call.body.flags ?? 0) & MessageFlags.Ephemeral) {
    stored.onlyFor = interaction.userId;
    stored.message.flags = MessageFlags.Ephemeral;
  }
  return edit(discord, stored, call);
}

function visibleChannel(discord: Discord, id: string) {
  const channel = discord.world.channels.get(id);
  if (!channel || channel.deleted) throw new Refusal(404, 10003, "Unknown Channel");
  if (channel.access === "none") throw new Refusal(403, 50001, "Missing Access");
  return channel;
}

function createMessage(discord: Discord, call: Call, channelId: string): object {
  const { channel, access } = visibleChannel(discord, channelId);
  if (access === "noSend") throw new Refusal(403, 50013, "Missing Permissions");
  const [recipient] = "recipients" in channel ? (channel.recipients ?? []) : [];
  if (recipient && discord.world.closed.has(recipient.id)) {
    throw new Refusal(403, 50007, "Cannot send messages to this user");
  }
  const { nonce, enforce_nonce } = call.body;
  const same = [...discord.world.messages.values()].find(
    ({ message }) => nonce !== undefined && message.nonce === nonce && message.channel_id === channelId,
  );
  if (enforce_nonce && same) return discord.world.shown(same);
  const stored = discord.world.createMessage(channelId, BOT_USER, "", nonce === undefined ? {} : { nonce });
  return edit(discord, stored, call);
}

function botMessage(discord: Discord, channelId: string, id: string): StoredMessage {
  visibleChannel(discord, channelId);
  const stored = discord.world.messages.get(id);
  if (!stored || stored.deleted || stored.onlyFor !== undefined) throw UNKNOWN_MESSAGE;
  return stored;
}

function editAsBot(discord: Discord, call: Call, channelId: string, id: string): object {
  const stored = botMessage(discord, channelId, id);
  if (stored.message.author.id !== BOT_USER.id) throw new Refusal(403, 50005, "Cannot edit another user's message");
  return edit(discord, stored, call);
}

function readMessage(discord: Discord, _: Call, channelId: string, id: string): object {
  return discord.world.shown(botMessage(discord, channelId, id));
}

function readChannel(discord: Discord, _: Call, id: string): object {
  return visibleChannel(discord, id).channel;
}

function openDirect(discord: Discord, { body }: Call): object {
  return directChannel(discord.world, body.recipient_id!);
}

export function directChannel(world: World, userId: string): object {
  for (const { channel } of world.channels.values()) {
    if (channel.type === 1 && channel.recipients?.some(({ id }) => id === userId)) return channel;
  }
  const recipient = world.user(userId, `user-${userId}`);
  const channel = { id: world.snowflake(), type: 1, recipients: [recipient], last_message_id: null } as const;
  world.channels.set(channel.id, { channel: channel as never, access: "all", deleted: false });
  return channel;
}

function readMember(discord: Discord, _: Call, guildId: string, userId: string): object {
  const guild = discord.guilds().find(({ id }) => id === guildId);
  const member = guild?.members.find(({ user }) => user.id === userId);
  if (!member) throw new Refusal(404, 10007, "Unknown Member");
  return member;
}

/** Puts what the call says into a message. */
function edit(discord: Discord, stored: StoredMessage, { body, files }: Call): APIMessage {
  const { message } = stored;
  const total = [...files.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if ([...files.values()].some(({ data }) => data.byteLength > discord.sizeLimit) || total > 26_214_400) {
    throw new Refusal(413, 40005, "Request entity too large");
  }
  if (files.size > 10 || (body.content ?? "").length > 2000) throw new Refusal(400, 50035, "Invalid Form Body");
  checkComponents(body.components);
  if (typeof body.content === "string") {
    message.content = body.content;
    if (stored.history.at(-1) !== body.content) stored.history.push(body.content);
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

/** Discord refuses rows that are too long and ids that appear twice. */
function checkComponents(rows: MessageBody["components"]): void {
  const all = ((rows ?? []) as { components: { custom_id?: string }[] }[]).flatMap((row) => row.components);
  const ids = all.flatMap(({ custom_id }) => custom_id ?? []);
  const tooLong = (rows ?? []).some((row) => "components" in row && row.components.length > 5);
  if ((rows ?? []).length > 5 || tooLong || new Set(ids).size !== ids.length || ids.some((id) => id.length > 100)) {
    throw new Refusal(400, 50035, "Invalid Form Body: components");
  }
}
