import { CATALOGUES, languageOf } from "@groovesheet/bot/i18n/translate.ts";
import { EVERYWHERE, type MessageCommand } from "@groovesheet/bot/interactions/command.ts";
import { defaultsOf } from "@groovesheet/bot/interactions/create-request.ts";
import { placeOf } from "@groovesheet/bot/interactions/permissions.ts";
import { receiveAll } from "@groovesheet/bot/interactions/receive-all.ts";
import { recordingsOf } from "@groovesheet/bot/messages/recordings.ts";
import { recordingMenu } from "@groovesheet/bot/messages/views/recording-menu.ts";
import { admit } from "@groovesheet/bot/requests/admission.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { ApplicationCommandType, MessageFlags } from "discord.js";
import { inAllLocales } from "./localised.ts";

/** The menu entry on a message: transcribes what the message holds; of several recordings the person chooses. */
export const transcribeDrums = {
  data: {
    ...EVERYWHERE,
    type: ApplicationCommandType.Message,
    name: CATALOGUES.en.menu.transcribeDrums,
    name_localizations: inAllLocales(({ menu }) => menu.transcribeDrums),
  },

  async execute(interaction, bot) {
    const admission = await admit(bot.preferences, placeOf(interaction));
    const { preferences } = admission;
    const origins = recordingsOf(interaction.targetMessage);
    const [origin] = origins;
    if (!origin) throw new UserError("noRecordingInMessage");
    if (origins.length === 1) {
      const wish = { origin, ...defaultsOf(preferences) };
      return await receiveAll(bot, interaction, admission, [wish], preferences.private ?? false);
    }
    await bot.offers.save(interaction.user.id, interaction.id, [...origins]);
    const { content, components } = recordingMenu(languageOf(interaction.locale), interaction.id, origins);
    await interaction.reply({ content, components, flags: MessageFlags.Ephemeral });
  },
} satisfies MessageCommand;
