import { UserError } from "@groovesheet/jobs/errors.ts";
import { type BaseInteraction, type Message, PermissionFlagsBits } from "discord.js";
import type { BotContext } from "../context.ts";
import type { Place } from "../requests/admission.ts";

export function isOwner(bot: BotContext, userId: string): boolean {
  return bot.settings.OWNER_IDS.includes(userId);
}

/** Whether a person may manage what belongs to this server; Discord's own check of the command is not relied on. */
export function isAdmin(interaction: BaseInteraction): boolean {
  return interaction.inGuild() && interaction.memberPermissions.has(PermissionFlagsBits.ManageGuild);
}

/** @throws UserError notAdmin */
export function requireAdmin(bot: BotContext, interaction: BaseInteraction): void {
  if (!isAdmin(interaction) && !isOwner(bot, interaction.user.id)) throw new UserError("notAdmin");
}

/** @throws UserError notOwner */
export function requireOwner(bot: BotContext, interaction: BaseInteraction): void {
  if (!isOwner(bot, interaction.user.id)) throw new UserError("notOwner");
}

/** Where an interaction comes from, and as whom, for the server's rules. */
export function placeOf(interaction: BaseInteraction): Place {
  const { guildId, channel, channelId, member } = interaction;
  const parentId = channel?.isThread() ? channel.parentId : null;
  const roles = member?.roles ?? [];
  return {
    guildId: guildId ?? undefined,
    channelIds: [channelId, parentId].filter((id) => id !== null),
    roleIds: Array.isArray(roles) ? roles : [...roles.cache.keys()],
    isAdmin: isAdmin(interaction),
    mayAttach: !interaction.inGuild() || interaction.appPermissions.has(PermissionFlagsBits.AttachFiles),
  };
}

/** The same of a message. */
export function placeOfMessage(message: Message): Place {
  if (!message.inGuild()) return { channelIds: [], roleIds: [], isAdmin: false, mayAttach: true };
  const { guildId, channel, channelId, member, guild } = message;
  const { me } = guild.members;
  return {
    guildId,
    channelIds: [channelId, channel.isThread() ? channel.parentId : null].filter((id) => id !== null),
    roleIds: [...(member?.roles.cache.keys() ?? [])],
    isAdmin: member?.permissions.has(PermissionFlagsBits.ManageGuild) ?? false,
    mayAttach: me === null || channel.permissionsFor(me).has(PermissionFlagsBits.AttachFiles),
  };
}
