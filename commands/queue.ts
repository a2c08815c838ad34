import type { BotContext } from "@groovesheet/bot/context.ts";
import type { Catalogue } from "@groovesheet/bot/i18n/catalogue.ts";
import { languageOf, say } from "@groovesheet/bot/i18n/translate.ts";
import type { ChatCommand } from "@groovesheet/bot/interactions/command.ts";
import { acknowledge } from "@groovesheet/bot/interactions/create-request.ts";
import { isOwner, requireAdmin, requireOwner } from "@groovesheet/bot/interactions/permissions.ts";
import { DISCORD_LIMITS } from "@groovesheet/bot/messages/discord-limits.ts";
import { clip } from "@groovesheet/bot/messages/text.ts";
import { describeQueue } from "@groovesheet/bot/messages/views/queue-view.ts";
import { nameOf } from "@groovesheet/bot/messages/views/status-view.ts";
import { jobsOf } from "@groovesheet/bot/observability/queue-snapshot.ts";
import { limitsIn } from "@groovesheet/bot/requests/limits.ts";
import { clearFailed, pauseQueues, resumeQueues } from "@groovesheet/bot/requests/queue-control.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Language, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type BaseInteraction,
  type ChatInputCommandInteraction,
  InteractionContextType,
  PermissionFlagsBits,
} from "discord.js";
import { localised } from "./localised.ts";

const { Subcommand, String: Text, Integer } = ApplicationCommandOptionType;

/** /queue: admins see and control the jobs of their server, owners those of everybody. */
export const queue = {
  data: {
    ...localised("queue"),
    type: ApplicationCommandType.ChatInput,
    integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
    options: [
      { ...localised("show"), type: Subcommand },
      { ...localised("pause"), type: Subcommand },
      { ...localised("resume"), type: Subcommand },
      onOneJob("cancel"),
      onOneJob("retry"),
      { ...localised("clear"), type: Subcommand },
      {
        ...localised("limits"),
        type: Subcommand,
        options: (["atOnce", "perDay", "minutes", "serverMinutes", "allMinutes"] as const).map((key) => ({
          ...localised(key),
          type: Integer,
          min_value: 1,
        })),
      },
    ],
  },

  async execute(interaction, bot) {
    requireAdmin(bot, interaction);
    await acknowledge(interaction, true);
    const content = await answer(interaction, bot, languageOf(interaction.locale));
    await interaction.editReply({ content, allowedMentions: { parse: [] } });
  },

  async complete(interaction, bot) {
    requireAdmin(bot, interaction);
    const wanted = interaction.options.getSubcommand() === "retry" ? "failed" : "unfinished";
    const typed = interaction.options.getFocused().toLowerCase();
    const found = await jobsOf(bot, scopeOf(bot, interaction));
    return found[wanted]
      .map(({ request }) => ({
        name: clip(`${nameOf(request)} · ${request.id}`, DISCORD_LIMITS.choiceName),
        value: request.id,
      }))
      .filter(({ name }) => name.toLowerCase().includes(typed));
  },
} satisfies ChatCommand;

function onOneJob(key: keyof Catalogue["commands"]): APIApplicationCommandSubcommandOption {
  return {
    ...localised(key),
    type: Subcommand,
    options: [{ ...localised("job"), type: Text, required: true, autocomplete: true }],
  };
}

async function answer(interaction: ChatInputCommandInteraction, bot: BotContext, language: Language): Promise<string> {
  switch (interaction.options.getSubcommand()) {
    case "pause":
      requireOwner(bot, interaction);
      await pauseQueues(bot);
      return say(language, "queuePausedNow");
    case "resume":
      requireOwner(bot, interaction);
      await resumeQueues(bot);
      return say(language, "queueResumed");
    case "cancel": {
      const stopped = await bot.requests.cancel(await chosen(interaction, bot));
      return say(language, stopped ? "cancelling" : "nothingToCancel");
    }
    case "retry":
      await bot.requests.retry(await chosen(interaction, bot));
      return say(language, "queueRetried");
    case "clear-failed":
      return say(language, "queueCleared", { n: await clearFailed(bot, scopeOf(bot, interaction)) });
    case "limits":
      return await limits(interaction, bot, language);
    default:
      return describeQueue(language, await jobsOf(bot, scopeOf(bot, interaction)));
  }
}

/** @returns the server whose jobs are meant, undefined for those of everybody */
function scopeOf(bot: BotContext, interaction: BaseInteraction): string | undefined {
  return isOwner(bot, interaction.user.id) ? undefined : (interaction.guildId ?? "");
}

/** A job of another server is unknown here. */
async function chosen(interaction: ChatInputCommandInteraction, bot: BotContext): Promise<TranscriptionRequest> {
  const request = await bot.records.get(interaction.options.getString("job", true));
  const scope = scopeOf(bot, interaction);
  if (!request || (scope !== undefined && request.requester.guildId !== scope)) throw new UserError("jobUnknown");
  return request;
}

async function limits(interaction: ChatInputCommandInteraction, bot: BotContext, language: Language): Promise<string> {
  const chosenLimits = {
    userAtOnce: interaction.options.getInteger("at-once"),
    userPerDay: interaction.options.getInteger("per-day"),
    userMinutesPerDay: interaction.options.getInteger("minutes"),
    serverMinutesPerDay: interaction.options.getInteger("server-minutes"),
    minutesPerDay: interaction.options.getInteger("all-minutes"),
  };
  const changes = Object.fromEntries(Object.entries(chosenLimits).filter(([, value]) => value !== null));
  if (Object.keys(changes).length) {
    requireOwner(bot, interaction);
    await bot.preferences.saveLimits({ ...(await bot.preferences.limits()), ...changes });
  }
  return say(language, "limitsNow", await limitsIn(bot, undefined));
}
