import { checkCommands } from "./command-form.ts";
import { callback, deleteByToken, editByToken, followUp, readByToken } from "./interaction-routes.ts";
import { type Call, checkNewMessage, type Discord, editMessage, UNKNOWN_MESSAGE } from "./message-routes.ts";
import { Refusal } from "./refusal.ts";
import { APPLICATION_ID, BOT_USER, type StoredMessage, type World } from "./world.ts";

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
  ["DELETE", /^\/webhooks\/\d+\/([^/]+)\/messages\/(@original|\d+)$/, deleteByToken],
  ["POST", /^\/channels\/(\d+)\/messages$/, createMessage],
  ["PATCH", /^\/channels\/(\d+)\/messages\/(\d+)$/, editAsBot],
  ["GET", /^\/channels\/(\d+)\/messages\/(\d+)$/, readMessage],
  ["DELETE", /^\/channels\/(\d+)\/messages\/(\d+)$/, deleteAsBot],
  ["GET", /^\/channels\/(\d+)$/, readChannel],
  ["POST", /^\/attachments\/refresh-urls$/, refreshUrls],
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
  const limit = { total: 1000, remaining: discord.sessionsLeft, reset_after: 1000, max_concurrency: 16 };
  const url = discord.origin().replace("http", "ws").concat("/gateway");
  return { url, shards: discord.recommendedShards, session_start_limit: limit };
}

function putCommands(discord: Discord, { body }: Call): object {
  const commands = body as unknown as { name: string; type: number }[];
  checkCommands(commands);
  discord.world.commands = commands as never;
  return commands.map((command) => ({
    ...{ description: "", default_member_permissions: null },
    ...command,
    ...{ id: discord.world.snowflake(), version: discord.world.snowflake(), application_id: APPLICATION_ID },
  }));
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
  checkNewMessage(discord, call);
  const stored = discord.world.createMessage(channelId, BOT_USER, "", nonce === undefined ? {} : { nonce });
  return editMessage(discord, stored, call);
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
  return editMessage(discord, stored, call);
}

function readMessage(discord: Discord, _: Call, channelId: string, id: string): object {
  return discord.world.seenByBot(botMessage(discord, channelId, id));
}

function deleteAsBot(discord: Discord, _: Call, channelId: string, id: string): undefined {
  const stored = botMessage(discord, channelId, id);
  if (stored.message.author.id !== BOT_USER.id) throw new Refusal(403, 50013, "Missing Permissions");
  stored.deleted = true;
  return undefined;
}

/** Signs addresses of attachments anew; Discord does so for any bot. */
function refreshUrls(discord: Discord, { body }: Call): object {
  const { attachment_urls: urls } = body as unknown as { attachment_urls: string[] };
  if (urls.length > 50) throw new Refusal(400, 50035, "Invalid Form Body");
  const refreshed_urls = urls.map((original) => {
    const { pathname } = new URL(original);
    const isKnown = discord.world.files.has(decodeURIComponent(pathname));
    return { original, refreshed: isKnown ? discord.world.sign(discord.origin() + pathname) : null };
  });
  return { refreshed_urls };
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
  const channel = { id: world.snowflake(), type: 1, flags: 0, recipients: [recipient], last_message_id: null } as const;
  world.channels.set(channel.id, { channel: channel as never, access: "all", deleted: false });
  return channel;
}

function readMember(discord: Discord, _: Call, guildId: string, userId: string): object {
  const guild = discord.guilds().find(({ id }) => id === guildId);
  const member = guild?.members.find(({ user }) => user.id === userId);
  if (!member) throw new Refusal(404, 10007, "Unknown Member");
  return member;
}
