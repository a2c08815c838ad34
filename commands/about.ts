import { readFile } from "node:fs/promises";
import { languageOf, say } from "@groovesheet/bot/i18n/translate.ts";
import { type ChatCommand, EVERYWHERE } from "@groovesheet/bot/interactions/command.ts";
import { lastModel } from "@groovesheet/jobs/queue/processors.ts";
import { ApplicationCommandType, MessageFlags } from "discord.js";
import { localised } from "./localised.ts";

const { version } = JSON.parse(await readFile(new URL("../bot/package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** /about: version, model, licence, what is kept and how long. */
export const about = {
  data: { ...localised("about"), ...EVERYWHERE, type: ApplicationCommandType.ChatInput },

  async execute(interaction, bot) {
    const language = languageOf(interaction.locale);
    const model = (await lastModel(bot.redis, bot.settings.REDIS_PREFIX)) ?? say(language, "aboutNoModel");
    const content = say(language, "about", { version, model, days: bot.settings.KEEP_DAYS });
    await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  },
} satisfies ChatCommand;
