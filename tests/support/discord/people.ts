import type { APIUser } from "discord-api-types/v10";
import { VIEW_SEND_HISTORY } from "./interactions.ts";
import { GUILD_ID, type World } from "./world.ts";

export const CHANNEL_ID = "300000000000000001";
export const OTHER_CHANNEL_ID = "300000000000000002";
export const HIDDEN_CHANNEL_ID = "300000000000000003";
const MANAGE_GUILD = String((1n << 10n) | (1n << 11n) | (1n << 5n));

export interface Person {
  readonly user: APIUser;
  readonly admin: boolean;
  readonly roles: readonly string[];
}

export interface UploadedFile {
  readonly name: string;
  readonly data: Buffer;
  readonly type?: string;
}

export interface Ask {
  readonly by: Person;
  readonly channelId?: string;
  readonly locale?: string;
  /** in a direct message with the bot */
  readonly place?: "direct";
}

interface OptionTree {
  readonly name: string;
  readonly type: number;
  readonly options?: OptionTree[];
}

/** An option of a command as Discord sends it; files are uploaded, and what it names is resolved. */
export function optionOf(
  world: World,
  origin: string,
  command: string,
  subcommand: string | undefined,
  name: string,
  value: string | number | boolean | UploadedFile,
  resolved: Record<string, Record<string, object>>,
) {
  if (typeof value === "object") {
    const { data, type } = value;
    const attachment = world.createAttachment(origin, "ephemeral", value.name, type ?? "audio/wav", data);
    resolved.attachments![attachment.id] = attachment;
    return { name, type: 11, value: attachment.id };
  }
  const known = world.commands.find((each) => each.name === command) as { options?: OptionTree[] } | undefined;
  const options = subcommand ? known?.options?.find((each) => each.name === subcommand)?.options : known?.options;
  const type = options?.find((each) => each.name === name)?.type;
  if (type === undefined) throw new Error(`/${command} ${subcommand ?? ""} has no option ${name}`);
  if (type === 7) resolved.channels![String(value)] = world.channels.get(String(value))!.channel;
  if (type === 8) resolved.roles![String(value)] = { id: value, name: "role", permissions: "0" };
  return { name, type, value };
}

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
