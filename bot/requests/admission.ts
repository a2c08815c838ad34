import { UserError } from "@groovesheet/jobs/errors.ts";
import type { GuildPreferences, Preferences } from "../persistence/preferences.ts";

/** Where a person asks for something, and as whom. */
export interface Place {
  /** absent outside of servers */
  readonly guildId?: string | undefined;
  /** the channel; of a thread, its parent as well */
  readonly channelIds: readonly string[];
  readonly roleIds: readonly string[];
  /** may change the settings of the server */
  readonly isAdmin: boolean;
  /** whether the bot may send files there; a score is files */
  readonly mayAttach: boolean;
}

declare const ADMITTED: unique symbol;

/**
 * The proof that a server's rules allow a request. `admit` is the only function that makes one, and `Requests.receive`
 * takes no request without one: so every way in passes the same check.
 */
export interface Admission {
  /** of the server; empty outside of servers */
  readonly preferences: Partial<GuildPreferences>;
  readonly [ADMITTED]: true;
}

/**
 * Checks what the admins of a server chose: who may use the bot, and where. Admins always may. A place where no answer
 * could be sent is refused before the work.
 *
 * @throws UserError channelNotAllowed, roleNotAllowed, attachFilesMissing
 */
export async function admit(preferences: Preferences, place: Place): Promise<Admission> {
  const guild = place.guildId === undefined ? {} : await preferences.guild(place.guildId);
  if (!place.isAdmin) checkRules(guild, place);
  if (!place.mayAttach) throw new UserError("attachFilesMissing");
  return { preferences: guild } as Admission;
}

function checkRules({ channels = [], roles = [] }: Partial<GuildPreferences>, place: Place): void {
  if (channels.length && !channels.some((id) => place.channelIds.includes(id))) {
    throw new UserError("channelNotAllowed", { channels: channels.map((id) => `<#${id}>`).join(" ") });
  }
  if (roles.length && !roles.some((id) => place.roleIds.includes(id))) throw new UserError("roleNotAllowed");
}
