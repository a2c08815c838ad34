import { createHmac } from "node:crypto";
import {
  type APIAttachment,
  type APIChannel,
  type APIMessage,
  type APIUser,
  ChannelType,
  ComponentType,
  type RESTPutAPIApplicationCommandsJSONBody,
  type UserFlags,
} from "discord-api-types/v10";

/** milliseconds since 1970 at which Discord's ids begin */
const EPOCH = 1_420_070_400_000n;
/** milliseconds that a signed address is good for */
const SIGNED_MS = 24 * 3600_000;

export const GUILD_ID = "200000000000000001";
export const APPLICATION_ID = "100000000000000001";
export const BOT_USER: APIUser = {
  id: APPLICATION_ID,
  username: "GrooveSheet",
  discriminator: "0000",
  global_name: null,
  avatar: null,
  bot: true,
  public_flags: 0 as UserFlags,
  flags: 0 as UserFlags,
  primary_guild: null,
};

export interface StoredMessage {
  message: APIMessage;
  /** whom alone it is shown to */
  onlyFor?: string;
  deleted: boolean;
  /** texts that it had, oldest first */
  readonly history: string[];
}

export interface StoredChannel {
  readonly channel: APIChannel;
  /** what the bot may do there: everything, all but send, all but send files, nothing */
  access: "all" | "noSend" | "noFiles" | "none";
  deleted: boolean;
}

export interface StoredFile {
  readonly data: Buffer;
  readonly type: string;
}

/** Everything that exists on this Discord. */
export class World {
  readonly channels = new Map<string, StoredChannel>();
  readonly messages = new Map<string, StoredMessage>();
  readonly files = new Map<string, StoredFile>();
  readonly users = new Map<string, APIUser>([[BOT_USER.id, BOT_USER]]);
  /** users that take no direct messages from the bot */
  readonly closed = new Set<string>();
  commands: RESTPutAPIApplicationCommandsJSONBody = [];
  /** whether the developer portal allows the bot to read what other people write (the message-content intent) */
  readsContent = false;
  /** before this time no signed address is good any more */
  signaturesExpiredAt = 0;
  #count = 0n;
  readonly #key = String(Math.random());

  /** An id that contains its time, as Discord's do. */
  snowflake(now = Date.now()): string {
    this.#count = (this.#count + 1n) % 4_194_304n;
    return String(((BigInt(Math.floor(now)) - EPOCH) << 22n) | this.#count);
  }

  user(id: string, username: string): APIUser {
    const known = this.users.get(id);
    if (known) return known;
    const user: APIUser = { id, username, discriminator: "0000", global_name: username, avatar: null };
    Object.assign(user, { public_flags: 0, flags: 0, primary_guild: null });
    this.users.set(id, user);
    return user;
  }

  createMessage(channelId: string, author: APIUser, content: string, extra: Partial<APIMessage> = {}): StoredMessage {
    const message = {
      id: this.snowflake(),
      channel_id: channelId,
      author,
      content,
      timestamp: new Date().toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      pinned: false,
      type: 0,
      components: [],
      flags: 0,
      ...extra,
    } as APIMessage;
    const stored: StoredMessage = { message, deleted: false, history: content ? [content] : [] };
    this.messages.set(message.id, stored);
    return stored;
  }

  /** Stores a file and returns its attachment with a signed address. */
  createAttachment(origin: string, channelId: string, name: string, type: string, data: Buffer): APIAttachment {
    const id = this.snowflake();
    const filename = name.replace(/[^\w.-]+/g, "_");
    const path = `/attachments/${channelId}/${id}/${filename}`;
    this.files.set(path, { data, type });
    return {
      id,
      filename,
      ...(filename === name ? {} : { title: name.replace(/\.\w+$/, "") }),
      size: data.byteLength,
      url: this.sign(origin + path),
      proxy_url: this.sign(origin + path),
      content_type: type,
    };
  }

  sign(url: string, now = Date.now()): string {
    const signed = new URL(url);
    const expires = (now + SIGNED_MS).toString(16);
    signed.search = new URLSearchParams({
      ex: expires,
      is: now.toString(16),
      hm: this.#signature(signed.pathname, expires, now.toString(16)),
    }).toString();
    return signed.href;
  }

  isSigned(url: URL): boolean {
    const { ex, is, hm } = Object.fromEntries(url.searchParams) as Record<string, string>;
    if (!ex || !is || hm !== this.#signature(url.pathname, ex, is)) return false;
    return Number.parseInt(ex, 16) > Date.now() && Number.parseInt(is, 16) >= this.signaturesExpiredAt;
  }

  /** A message as it is sent out: its attachments are signed anew. */
  shown({ message }: StoredMessage): APIMessage {
    const attachments = message.attachments.map((attachment) => {
      const url = this.sign(attachment.url.split("?")[0]!);
      return { ...attachment, url, proxy_url: url };
    });
    return { ...message, attachments, components: numbered(message.components) };
  }

  /**
   * A message as the bot gets it: without the message-content intent, what other people wrote is empty, over REST as
   * well as in events. Direct messages to the bot and messages that mention it are not.
   */
  seenByBot(stored: StoredMessage): APIMessage {
    const shown = this.shown(stored);
    const { author, channel_id, mentions } = shown;
    const isDirect = this.channels.get(channel_id)?.channel.type === ChannelType.DM;
    const isMentioned = mentions.some(({ id }) => id === BOT_USER.id);
    if (this.readsContent || author.id === BOT_USER.id || isDirect || isMentioned) return shown;
    const { message_snapshots: _, poll: __, ...rest } = shown;
    return { ...rest, content: "", attachments: [], embeds: [], components: [] };
  }

  #signature(path: string, expires: string, issued: string): string {
    return createHmac("sha256", this.#key).update(`${path} ${expires} ${issued}`).digest("hex");
  }
}

/** Discord gives every component of a message a number. */
function numbered(rows: APIMessage["components"]): NonNullable<APIMessage["components"]> {
  let count = 0;
  const number = <T extends { type: number }>(component: T): T => ({
    ...component,
    id: ++count,
    ...(component.type === ComponentType.StringSelect ? { min_values: 1, max_values: 1 } : {}),
  });
  return (rows ?? []).map((row) => {
    const own = number(row);
    return "components" in own ? { ...own, components: own.components.map(number) } : own;
  }) as NonNullable<APIMessage["components"]>;
}
