import { CATALOGUES, inAllLocales } from "@groovesheet/bot/i18n/translate.ts";
import { EVERYWHERE, type MessageCommand } from "@groovesheet/bot/interactions/command.ts";
import { acknowledge, replyTo, requestFrom } from "@groovesheet/bot/interactions/create-request.ts";
import { placeOf } from "@groovesheet/bot/interactions/permissions.ts";
import { recordingsOf } from "@groovesheet/bot/messages/recordings.ts";
import { admit } from "@groovesheet/bot/requests/admission.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { ApplicationCommandType } from "discord.js";

/** The menu entry on a message: transcribes what the message holds. */
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
    const [origin] = recordingsOf(interaction.targetMessage);
    if (!origin) throw new UserError("noRecordingInMessage");
    const onlyCaller = preferences.private ?? false;
    const listen = listenOptionsSchema.parse({ separation: preferences.separation });
    const notate = notateOptionsSchema.parse({ detail: preferences.detail, grid: preferences.grid });
    const request = requestFrom(interaction, replyTo(interaction, undefined, onlyCaller), { origin, listen, notate });
    await bot.requests.receive(request, admission, () => acknowledge(interaction, onlyCaller));
  },
} satisfies MessageCommand;
