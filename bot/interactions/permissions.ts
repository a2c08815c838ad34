import { UserError } from "@groovesheet/jobs/errors.ts";
import { type BaseInteraction, PermissionFlagsBits } from "discord.js";
import type { BotContext } from "../context.ts";
import type { GuildPreferences } from "../persistence/preferences.ts";

export function isOwner(bot: BotContext, userId: string): boolean {
  return bot.settings.OWNER_IDS.includes(userId);
}

/** Whether this person may steer what belongs to this server; Discord's own check of the command is not relied on. */
export function isAdmin(interaction: BaseInteraction): boolean {
  return interaction.inGuild() && interaction.memberPermissions.has(PermissionFlagsBits.ManageGuild);
}

/** @throws UserError notAdmin */
export function demandAdmin(bot: BotContext, interaction: BaseInteraction): void {
  if (!isAdmin(interaction) && !isOwner(bot, interaction.user.id)) throw new UserError("notAdmin");
}

/** @throws UserError notOwner */
export function demandOwner(bot: BotContext, interaction: BaseInteraction): void {
  if (!isOwner(bot, interaction.user.id)) throw new UserError("notOwner");
}

/**
 * Holds an interaction against what the admins of its server chose.
 *
 * @returns the server's preferences, the general ones outside of a server
 * @throws UserError channelNotAllowed, roleNotAllowed
 */
export async function checkAccess(bot: BotContext, interaction: BaseInteraction): Promise<Partial<GuildPreferences>> {
  if (!interaction.guildId) return {};
  const preferences = await bot.preferences.guild(interaction.guildId);
  if (isAdmin(interaction)) return preferences;
  const { channels, roles } = preferences;
  const channel = interaction.channel;
  const places = [interaction.channelId, channel?.isThread() ? channel.parentId : null];
  if (channels.length && !channels.some((id) => places.includes(id))) {
    throw new UserError("channelNotAllowed", { channels: channels.map((id) => `<#${id}>`).join(" ") });
  }
  const member = interaction.member?.roles ?? [];
  const mine = Array.isArray(member) ? member : [...member.cache.keys()];
  if (roles.length && !roles.some((id) => mine.includes(id))) throw new UserError("roleNotAllowed");
  return preferences;
}
