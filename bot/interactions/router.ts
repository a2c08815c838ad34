import { randomUUID } from "node:crypto";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { isRedisOutage } from "@groovesheet/jobs/redis-outages.ts";
import { ApplicationCommandType, type Interaction, MessageFlags, type RepliableInteraction } from "discord.js";
import type { BotContext } from "../context.ts";
import { languageOf, say, sayIfUserError } from "../i18n/translate.ts";
import { DISCORD_LIMITS } from "../messages/discord-limits.ts";
import type { ChatCommand, Command, MessageCommand } from "./command.ts";
import { handlePress } from "./components.ts";

/**
 * Passes an interaction to its command or button. It never throws: an error is shown to the person in their language,
 * and logged where it is a bug.
 */
export async function routeInteraction(
  bot: BotContext,
  commands: readonly Command[],
  interaction: Interaction,
): Promise<void> {
  try {
    void rememberLanguage(bot, interaction);
    await handle(bot, commands, interaction);
  } catch (error) {
    if (interaction.isRepliable()) await showError(bot, interaction, error);
    else bot.log.warn({ err: error }, "autocomplete");
  }
}

async function handle(bot: BotContext, commands: readonly Command[], interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) {
    await chatCommand(commands, interaction.commandName)?.execute(interaction, bot);
  } else if (interaction.isAutocomplete()) {
    const choices = await chatCommand(commands, interaction.commandName)?.complete?.(interaction, bot);
    await interaction.respond(choices?.slice(0, DISCORD_LIMITS.choices) ?? []);
  } else if (interaction.isMessageContextMenuCommand()) {
    const matches = (command: Command): command is MessageCommand =>
      command.data.type === ApplicationCommandType.Message && command.data.name === interaction.commandName;
    await commands.find(matches)?.execute(interaction, bot);
  } else if (interaction.isButton() || interaction.isStringSelectMenu()) {
    await handlePress(bot, interaction);
  } else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
    await handlePress(bot, interaction);
  }
}

function chatCommand(commands: readonly Command[], name: string): ChatCommand | undefined {
  const matches = (command: Command): command is ChatCommand =>
    command.data.type !== ApplicationCommandType.Message && command.data.name === name;
  return commands.find(matches);
}

/** The only place that shows errors to people. */
async function showError(bot: BotContext, interaction: RepliableInteraction, error: unknown): Promise<void> {
  const language = languageOf(interaction.locale);
  const known = sayIfUserError(language, isRedisOutage(error) ? new UserError("queueUnreachable") : error);
  const id = randomUUID().slice(0, 8);
  if (known === undefined || isRedisOutage(error)) bot.log.error({ err: error, id }, "interaction failed");
  const content = known ?? say(language, "faultInternal", { id: `\`${id}\`` });
  try {
    if ((interaction.isMessageComponent() || interaction.isModalSubmit()) && interaction.deferred) {
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    } else if (interaction.deferred || interaction.replied) {
      await interaction.editReply({ content, components: [] });
    } else {
      await interaction.reply({ content, flags: MessageFlags.Ephemeral });
    }
  } catch (err) {
    bot.log.warn({ err }, "the error could not be shown");
  }
}

async function rememberLanguage(bot: BotContext, interaction: Interaction): Promise<void> {
  const language = languageOf(interaction.locale);
  await bot.preferences
    .saveLanguage(interaction.user.id, language)
    .catch((err) => bot.log.debug({ err }, "the language could not be stored"));
}
