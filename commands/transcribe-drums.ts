import { ApplicationCommandType } from "discord.js";
import { checkAccess } from "../bot/access.ts";
import { acknowledge, replyTo, requestFrom, soundsOf } from "../bot/ask.ts";
import { EVERYWHERE, type MessageCommand } from "../bot/command.ts";
import { receive } from "../bot/intake.ts";
import { CATALOGUES, inAllLocales } from "../bot/language.ts";
import { UserError } from "../jobs/errors.ts";
import { listenOptionsSchema, notateOptionsSchema } from "../jobs/options.ts";

/** Right-click on a message: what it holds becomes a score. */
export const transcribeDrums = {
  data: {
    ...EVERYWHERE,
    type: ApplicationCommandType.Message,
    name: CATALOGUES.en.menu.transcribeDrums,
    name_localizations: inAllLocales(({ menu }) => menu.transcribeDrums),
  },

  async execute(interaction, bot) {
    const preferences = await checkAccess(bot, interaction);
    const [origin] = soundsOf(interaction.targetMessage);
    if (!origin) throw new UserError("messageNotFound");
    const onlyCaller = preferences.private ?? false;
    const listen = listenOptionsSchema.parse({ separation: preferences.separation });
    const notate = notateOptionsSchema.parse({ detail: preferences.detail, grid: preferences.grid });
    const request = requestFrom(interaction, replyTo(interaction, undefined, onlyCaller), { origin, listen, notate });
    await receive(bot, request, () => acknowledge(interaction, onlyCaller));
  },
} satisfies MessageCommand;
