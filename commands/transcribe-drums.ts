import { CATALOGUES, inAllLocales } from "@groovesheet/bot/i18n/translate.ts";
import { EVERYWHERE, type MessageCommand } from "@groovesheet/bot/interactions/command.ts";
import { acknowledge, replyTo, requestFrom, soundsOf } from "@groovesheet/bot/interactions/create-request.ts";
import { checkAccess } from "@groovesheet/bot/interactions/permissions.ts";
import { receive } from "@groovesheet/bot/requests/submit.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { ApplicationCommandType } from "discord.js";

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
