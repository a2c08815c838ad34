import { type APIChannel, type APIUser, ChannelType } from "discord-api-types/v10";
import { VIEW_SEND_HISTORY } from "./interactions.ts";
import type { Ask, Person } from "./people.ts";
import { GUILD_ID, type World } from "./world.ts";

export const CHANNEL_ID = "300000000000000001";
export const OTHER_CHANNEL_ID = "300000000000000002";
export const HIDDEN_CHANNEL_ID = "300000000000000003";
const MANAGE_GUILD = String((1n << 10n) | (1n << 11n) | (1n << 5n));

export function memberOf({ user, admin, roles }: Person): object {
  const permissions = admin ? MANAGE_GUILD : VIEW_SEND_HISTORY;
  return { user, roles, permissions, joined_at: new Date(0).toISOString(), deaf: false, mute: false, flags: 0 };
}

/** The server, with everybody who was named so far. */
export function guildOf(world: World, people: readonly { user: APIUser; roles: readonly string[] }[]) {
  const everyone = { id: GUILD_ID, name: "@everyone", permissions: VIEW_SEND_HISTORY, position: 0, color: 0 };
  const members = people.map(({ user, roles }) => memberOf({ user, roles, admin: false }) as { user: APIUser });
  const channels = [...world.channels.values()].filter(({ channel }) => channel.type === 0);
  return {
    id: GUILD_ID,
    name: "Drummers",
    owner_id: "1",
    roles: [everyone],
    members,
    member_count: members.length,
    channels: channels.map(({ channel }) => channel),
    ...{ threads: [], emojis: [], stickers: [], presences: [], voice_states: [], features: [] },
    ...{ stage_instances: [], guild_scheduled_events: [], soundboard_sounds: [], preferred_locale: "en-US" },
  };
}

/** The channels of the server; people do not see the hidden one. */
export function createChannels(world: World): void {
  const names = { [CHANNEL_ID]: "drums", [OTHER_CHANNEL_ID]: "other", [HIDDEN_CHANNEL_ID]: "hidden" };
  for (const [id, name] of Object.entries(names)) {
    const hidden = [{ id: GUILD_ID, type: 0, allow: "0", deny: VIEW_SEND_HISTORY }];
    const permission_overwrites = id === HIDDEN_CHANNEL_ID ? hidden : [];
    const channel = { id, type: 0, name, guild_id: GUILD_ID, position: 0, permission_overwrites, nsfw: false };
    world.channels.set(id, { channel: channel as never, access: "all", deleted: false });
  }
}

/** Where a message event says it comes from; undefined where the bot is not present. */
export function placeOf(world: World, channelId: string): object | undefined {
  const place = world.channels.get(channelId);
  if (!place || place.access === "none") return undefined;
  const { type } = place.channel;
  if (type === ChannelType.DM) return { channel_type: type };
  return { guild_id: GUILD_ID, channel_type: type, member: { roles: [] } };
}

/** Who an interaction says it comes from: in a server, a member. */
export function callerOf({ by }: Ask, channel: APIChannel | undefined): object {
  if (channel?.type === ChannelType.DM || channel?.type === ChannelType.GroupDM) return { user: by.user };
  const id = (channel as { guild_id?: string } | undefined)?.guild_id ?? GUILD_ID;
  return { guild_id: id, guild: { id, locale: "en-US", features: [] }, member: memberOf(by) };
}

/** A server beside ours, with one channel. */
export function anotherServer(world: World, locale: string) {
  const [id, channelId] = [world.snowflake(), world.snowflake()];
  const channel = { id: channelId, type: 0, name: "general", guild_id: id, position: 0, permission_overwrites: [] };
  world.channels.set(channelId, { channel: channel as never, access: "all", deleted: false });
  const guild = guildOf(world, []);
  const roles = guild.roles.map((role) => ({ ...role, id }));
  return { ...guild, id, roles, channels: [channel], system_channel_id: channelId, preferred_locale: locale };
}
