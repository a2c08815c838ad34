import type { APIUser } from "discord-api-types/v10";
import type { World } from "./world.ts";

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
  /** how old it is by its id, for what takes long; it still has to be acknowledged within three seconds */
  readonly minutesAgo?: number;
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
