import { languageOf, say } from "@groovesheet/bot/i18n/translate.ts";
import type { ChatCommand } from "@groovesheet/bot/interactions/command.ts";
import { acknowledge } from "@groovesheet/bot/interactions/create-request.ts";
import { requireAdmin } from "@groovesheet/bot/interactions/permissions.ts";
import { settingsText } from "@groovesheet/bot/messages/views/settings-view.ts";
import { type GuildPreferences, guildPreferencesSchema } from "@groovesheet/bot/persistence/preferences.ts";
import { limitsIn } from "@groovesheet/bot/requests/limits.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  PermissionFlagsBits,
} from "discord.js";
import { detailOption, gridOption, privateOption, separationOption } from "./choices.ts";
import { localised } from "./localised.ts";

const { Subcommand, Channel, Role, Integer } = ApplicationCommandOptionType;
const channelTypes = [ChannelType.GuildText, ChannelType.GuildVoice, ChannelType.GuildForum] as const;

/** /settings: what the admins of a server choose. */
export const settings = {
  data: {
    ...localised("settings"),
    type: ApplicationCommandType.ChatInput,
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts: [InteractionContextType.Guild],
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
    options: [
      { ...localised("current"), type: Subcommand },
      {
        ...localised("channel"),
        type: Subcommand,
        options: [{ ...localised("whichChannel"), type: Channel, required: true, channel_types: [...channelTypes] }],
      },
      {
        ...localised("role"),
        type: Subcommand,
        options: [{ ...localised("whichRole"), type: Role, required: true }],
      },
      {
        ...localised("defaults"),
        type: Subcommand,
        options: [separationOption, detailOption, gridOption, privateOption],
      },
      {
        ...localised("limits"),
        type: Subcommand,
        options: (["atOnce", "perDay", "minutes", "serverMinutes"] as const).map((key) => ({
          ...localised(key),
          type: Integer,
          min_value: 1,
        })),
      },
      { ...localised("reset"), type: Subcommand },
    ],
  },

  async execute(interaction, bot) {
    if (!interaction.guildId) throw new UserError("notAdmin");
    requireAdmin(bot, interaction);
    await acknowledge(interaction, true);
    const before = await bot.preferences.guild(interaction.guildId);
    const after = change(interaction, before);
    if (after !== before) await bot.preferences.saveGuild(interaction.guildId, after);
    const language = languageOf(interaction.locale);
    const text = settingsText(language, after, await limitsIn(bot, interaction.guildId));
    const content = after === before ? text : `${say(language, "settingsSaved")}\n${text}`;
    await interaction.editReply({ content, allowedMentions: { parse: [] } });
  },
} satisfies ChatCommand;

/** @returns the same object where nothing is to change */
function change({ options }: ChatInputCommandInteraction, before: GuildPreferences): GuildPreferences {
  switch (options.getSubcommand()) {
    case "channel":
      return { ...before, channels: toggle(before.channels, options.getChannel("channel", true).id) };
    case "role":
      return { ...before, roles: toggle(before.roles, options.getRole("role", true).id) };
    case "defaults":
      return guildPreferencesSchema.parse({
        ...before,
        separation: options.getString("separation") ?? before.separation,
        detail: options.getString("detail") ?? before.detail,
        grid: options.getString("finest-notes") ?? before.grid,
        private: options.getBoolean("private") ?? before.private,
      });
    case "limits":
      return guildPreferencesSchema.parse({
        ...before,
        userAtOnce: options.getInteger("at-once") ?? before.userAtOnce,
        userPerDay: options.getInteger("per-day") ?? before.userPerDay,
        userMinutesPerDay: options.getInteger("minutes") ?? before.userMinutesPerDay,
        serverMinutesPerDay: options.getInteger("server-minutes") ?? before.serverMinutesPerDay,
      });
    case "reset":
      return guildPreferencesSchema.parse({});
    default:
      return before;
  }
}

function toggle(ids: readonly string[], id: string): string[] {
  return ids.includes(id) ? ids.filter((known) => known !== id) : [...ids, id];
}
