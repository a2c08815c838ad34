import { once } from "node:events";
import { createServer } from "node:http";
import { type APIMessage, type APIUser, ChannelType } from "discord-api-types/v10";
import { capture } from "./capture.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import { anotherServer, CHANNEL_ID, callerOf, createChannels, guildOf, placeOf } from "./guild.ts";
import { type Failure, type RequestRecord, type Served, serve } from "./http.ts";
import { contextOf, type StoredInteraction } from "./interactions.ts";
import { RateLimits } from "./limits.ts";
import type { Call } from "./message-routes.ts";
import { type Ask, optionOf, type Person, type UploadedFile } from "./people.ts";
import { directChannel } from "./rest.ts";
import { BOT_USER, type StoredMessage, World } from "./world.ts";

export { until } from "../until.ts";
export { CHANNEL_ID, HIDDEN_CHANNEL_ID, OTHER_CHANNEL_ID } from "./guild.ts";
export type { Person, UploadedFile } from "./people.ts";
export { GUILD_ID } from "./world.ts";

export const TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB";
/** A Discord of our own on this machine: REST v10, gateway, attachments. What it does wrong, it does on demand. */
export class LocalDiscord {
  readonly world = new World();
  readonly interactions = new Map<string, StoredInteraction>();
  readonly requests: RequestRecord[] = [];
  readonly limits = new RateLimits();
  gateway!: Gateway;
  /** names of files as the bot sent them; Discord changes them in messages */
  readonly fileNames: string[] = [];
  /** bytes that a file may have */
  sizeLimit = 10 * 1024 * 1024;
  /** connections that the bot should open */
  recommendedShards = 1;
  /** new sessions that Discord allows today */
  sessionsLeft = 999;
  #port = 0;
  #failures: Failure[] = [];
  readonly #http = createServer((request, response) => void serve(this.#served(), request, response));
  readonly #members: { user: APIUser; roles: readonly string[] }[] = [];

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get apiUrl(): string {
    return `${this.origin}/api`;
  }

  async start(): Promise<this> {
    createChannels(this.world);
    this.#http.listen(0, "127.0.0.1");
    await once(this.#http, "listening");
    this.#port = (this.#http.address() as { port: number }).port;
    const url = () => `${this.origin.replace("http", "ws")}/gateway`;
    this.gateway = openGateway(this.#http, { token: TOKEN, url, guilds: () => [guildOf(this.world, this.#members)] });
    return this;
  }

  stop(): void {
    capture(this.requests);
    this.gateway.close();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  person(name: string, extra: { admin?: boolean; roles?: readonly string[] } = {}): Person {
    const id = `4${String([...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e15).padStart(17, "0")}`;
    const user = this.world.user(id, name);
    const roles = extra.roles ?? [];
    if (!this.#members.some((member) => member.user.id === id)) this.#members.push({ user, roles });
    return { user, admin: extra.admin ?? false, roles };
  }

  /** A person runs a slash command. Files among the options are uploaded. */
  command(
    ask: Ask,
    name: string,
    options: Record<string, string | number | boolean | UploadedFile> = {},
  ): StoredInteraction {
    const [command, subcommand] = name.split(" ");
    const resolved: Record<string, Record<string, object>> = { attachments: {}, channels: {}, roles: {} };
    const given = Object.entries(options).map(([key, value]) =>
      optionOf(this.world, this.origin, command!, subcommand, key, value, resolved),
    );
    const nested = subcommand ? [{ type: 1, name: subcommand, options: given }] : given;
    return this.#interact(ask, 2, { id: "1", name: command, type: 1, options: nested, resolved });
  }

  /** A person types into an option of a command. */
  complete(ask: Ask, name: string, option: string, typed: string): StoredInteraction {
    const [command, subcommand] = name.split(" ");
    const focused = [{ type: 3, name: option, value: typed, focused: true }];
    const options = subcommand ? [{ type: 1, name: subcommand, options: focused }] : focused;
    return this.#interact(ask, 4, { id: "1", name: command, type: 1, options });
  }

  /** A person chooses an entry of the menu on a message. */
  messageCommand(ask: Ask, name: string, target: StoredMessage): StoredInteraction {
    const message = this.world.shown(target);
    const resolved = { messages: { [message.id]: message } };
    return this.#interact(ask, 2, { id: "2", name, type: 3, target_id: message.id, resolved });
  }

  /** A person presses the button, or chooses from the menu, whose id begins so. */
  press(
    ask: Ask,
    stored: StoredMessage,
    prefix: string,
    values?: readonly string[],
    wanted?: string,
  ): StoredInteraction {
    const rows = stored.message.components as {
      components: { custom_id: string; label?: string; disabled?: boolean }[];
    }[];
    const isMeant = (each: { custom_id: string; label?: string }) =>
      each.custom_id.startsWith(prefix) && (wanted === undefined || each.label === wanted);
    const found = rows.flatMap((row) => row.components).find(isMeant);
    if (!found || found.disabled) throw new Error(`no button ${prefix} can be pressed in: ${JSON.stringify(rows)}`);
    const component_type = values ? 3 : 2;
    const data = { custom_id: found.custom_id, component_type, ...(values ? { values } : {}) };
    const source = this.world.shown(stored);
    return this.#interact({ ...ask, channelId: source.channel_id }, 3, data, source);
  }

  /** Somebody sends the press of a button that is not shown any more. */
  pressRaw(ask: Ask, stored: StoredMessage, custom_id: string, values?: readonly string[]): StoredInteraction {
    const source = this.world.shown(stored);
    const data = values ? { custom_id, component_type: 3, values } : { custom_id, component_type: 2 };
    return this.#interact({ ...ask, channelId: source.channel_id }, 3, data, source);
  }

  /** A person fills in the form that a button below a message opened. */
  submit(
    ask: Ask,
    stored: StoredMessage,
    custom_id: string,
    fields: Readonly<Record<string, string>>,
  ): StoredInteraction {
    const components = Object.entries(fields).map(([name, value]) => ({
      type: 1,
      components: [{ type: 4, custom_id: name, value }],
    }));
    const source = this.world.shown(stored);
    return this.#interact({ ...ask, channelId: source.channel_id }, 5, { custom_id, components }, source);
  }

  /** A person writes to the bot directly. */
  direct(by: Person, content: string, files: readonly UploadedFile[] = []): StoredMessage {
    const { id } = directChannel(this.world, by.user.id) as { id: string };
    return this.say(by, id, content, files);
  }

  /** People have a group among themselves; the bot only comes along as the app of one of them. */
  group(...people: readonly Person[]): string {
    const id = this.world.snowflake();
    const recipients = people.map(({ user }) => user);
    const channel = { id, type: ChannelType.GroupDM, name: null, recipients, owner_id: recipients[0]!.id };
    this.world.channels.set(id, { channel: channel as never, access: "none", deleted: false });
    return id;
  }

  /** A person writes in a channel, mentions people as `<@id>`, and may reply to a message. */
  say(
    by: Person,
    channelId: string,
    content: string,
    files: readonly UploadedFile[] = [],
    repliesTo?: StoredMessage,
  ): StoredMessage {
    const attachments = files.map(({ name, data, type }) =>
      this.world.createAttachment(this.origin, channelId, name, type ?? "audio/wav", data),
    );
    const mentions = [...content.matchAll(/<@!?(\d+)>/g)].flatMap(([, id]) => this.world.users.get(id!) ?? []);
    const reference = repliesTo && { message_id: repliesTo.message.id, channel_id: repliesTo.message.channel_id };
    const extra = { attachments, mentions, ...(reference ? { type: 19, message_reference: reference } : {}) };
    const stored = this.world.createMessage(channelId, by.user, content, extra);
    this.#announce(stored, repliesTo);
    return stored;
  }

  /** The bot receives a message where it is present. */
  #announce(stored: StoredMessage, repliesTo: StoredMessage | undefined): void {
    const where = placeOf(this.world, stored.message.channel_id);
    if (!where) return;
    const referenced_message = repliesTo && this.world.seenByBot(repliesTo);
    this.gateway.dispatch("MESSAGE_CREATE", { ...this.world.seenByBot(stored), ...where, referenced_message });
  }

  /** Somebody adds the bot to another server. @returns its system channel */
  addServer(locale: string): string {
    const server = anotherServer(this.world, locale);
    this.gateway.dispatch("GUILD_CREATE", server);
    return server.system_channel_id;
  }

  /** A channel of a server without the bot; a person brings it along as their app. */
  foreignChannel(): string {
    const [guild_id, id] = [this.world.snowflake(), this.world.snowflake()];
    const channel = { id, type: 0, name: "elsewhere", guild_id, position: 0, permission_overwrites: [] };
    this.world.channels.set(id, { channel: channel as never, access: "none", deleted: false });
    return id;
  }

  /** Somebody forwards messages: what they held comes as copies. */
  forward(by: Person, channelId: string, ...messages: readonly StoredMessage[]): StoredMessage {
    const message_snapshots = messages.map((stored) => ({ message: this.world.shown(stored) }));
    const reference = { type: 1, message_id: messages[0]!.message.id, channel_id: messages[0]!.message.channel_id };
    const extra = { message_snapshots, message_reference: reference } as Partial<APIMessage>;
    const stored = this.world.createMessage(channelId, by.user, "", extra);
    this.#announce(stored, undefined);
    return stored;
  }

  /** The next requests like this one are refused. */
  fail(method: string, path: RegExp, status: number, code: number, times = 1, when?: (call: Call) => boolean): void {
    this.#failures.push({ method, path, status, code, times, when });
  }

  expireTokens(): void {
    for (const interaction of this.interactions.values()) interaction.tokenExpiresAt = 0;
  }

  /** The message that answers an interaction. */
  original(interaction: StoredInteraction): StoredMessage {
    return this.world.messages.get(interaction.messageId!)!;
  }

  /** What the bot wrote in a channel, or to a person. */
  written(place: string | Person): StoredMessage[] {
    const id = typeof place === "string" ? place : (directChannel(this.world, place.user.id) as { id: string }).id;
    return [...this.world.messages.values()].filter(
      ({ message, deleted }) => message.channel_id === id && message.author.id === BOT_USER.id && !deleted,
    );
  }

  #interact(ask: Ask, type: number, data: object, source?: APIMessage): StoredInteraction {
    const channelId =
      ask.place === "direct"
        ? (directChannel(this.world, ask.by.user.id) as { id: string }).id
        : (ask.channelId ?? CHANNEL_ID);
    const createdAt = Date.now();
    const interaction: StoredInteraction = {
      id: this.world.snowflake(createdAt - (ask.minutesAgo ?? 0) * 60_000),
      token: `token${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`,
      userId: ask.by.user.id,
      channelId,
      createdAt,
      acks: 0,
      tokenExpiresAt: createdAt + 15 * 60_000,
      ...(source ? { source, messageId: source.id } : {}),
    };
    this.interactions.set(interaction.id, interaction);
    const stored = this.world.channels.get(channelId);
    const about = { type, data, locale: ask.locale ?? "en-US", attachment_size_limit: this.sizeLimit };
    const origin = { ...contextOf(interaction, stored), ...callerOf(ask, stored?.channel) };
    this.gateway.dispatch("INTERACTION_CREATE", { ...origin, ...about, ...(source ? { message: source } : {}) });
    return interaction;
  }

  #served(): Served {
    const { world, interactions, sizeLimit, recommendedShards, sessionsLeft } = this;
    const places = { origin: () => this.origin, guilds: () => [guildOf(this.world, this.#members)] };
    const discord = { world, interactions, sizeLimit, recommendedShards, sessionsLeft, ...places };
    const { limits, requests, fileNames } = this;
    return { discord, token: TOKEN, limits, requests, fileNames, failures: this.#failures };
  }
}
