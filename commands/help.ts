import { languageOf, say } from "@groovesheet/bot/i18n/translate.ts";
import { type ChatCommand, EVERYWHERE } from "@groovesheet/bot/interactions/command.ts";
import { ApplicationCommandType, MessageFlags } from "discord.js";
import { localised } from "./localised.ts";

/** /help: how it works. */
export const help = {
  data: { ...localised("help"), ...EVERYWHERE, type: ApplicationCommandType.ChatInput },

  async execute(interaction, bot) {
    const language = languageOf(interaction.locale);
    const more = bot.settings.YT_DLP_PATH ? say(language, "helpLinksMore") : "";
    const content = `${say(language, "help")}\n\n${say(language, "helpLinks", { more })}`;
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  },
} satisfies ChatCommand;
