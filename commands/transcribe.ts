import { CATALOGUES } from "@groovesheet/bot/i18n/translate.ts";
import { type ChatCommand, EVERYWHERE } from "@groovesheet/bot/interactions/command.ts";
import { placeOf } from "@groovesheet/bot/interactions/permissions.ts";
import { receiveAll } from "@groovesheet/bot/interactions/receive-all.ts";
import { checkLink } from "@groovesheet/bot/links/address.ts";
import { typedLink } from "@groovesheet/bot/links/find-link.ts";
import { originOf } from "@groovesheet/bot/messages/recordings.ts";
import { admit } from "@groovesheet/bot/requests/admission.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { METERS, parseMeter } from "@groovesheet/jobs/meter.ts";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Origin } from "@groovesheet/jobs/request.ts";
import { parseTimeRange } from "@groovesheet/jobs/time-range.ts";
import { ApplicationCommandOptionType, ApplicationCommandType } from "discord.js";
import { detailOption, gridOption, privateOption, separationOption } from "./choices.ts";
import { localised } from "./localised.ts";

/** Each file is a job of its own. */
const FILES = ["file", "file2", "file3", "file4", "file5"] as const;

/** /transcribe: files or a link become scores. */
export const transcribe = {
  data: {
    ...localised("transcribe"),
    ...EVERYWHERE,
    type: ApplicationCommandType.ChatInput,
    options: [
      ...FILES.map((key) => ({ ...localised(key), type: ApplicationCommandOptionType.Attachment as const })),
      { ...localised("link"), type: ApplicationCommandOptionType.String, max_length: 2000 },
      { ...localised("title"), type: ApplicationCommandOptionType.String, max_length: 200 },
      { ...localised("tempo"), type: ApplicationCommandOptionType.Number, min_value: 40, max_value: 240 },
      { ...localised("meter"), type: ApplicationCommandOptionType.String, autocomplete: true },
      { ...localised("from"), type: ApplicationCommandOptionType.String, max_length: 20 },
      { ...localised("to"), type: ApplicationCommandOptionType.String, max_length: 20 },
      separationOption,
      detailOption,
      gridOption,
      privateOption,
    ],
  },

  async execute(interaction, bot) {
    const admission = await admit(bot.preferences, placeOf(interaction));
    const { preferences } = admission;
    const { options } = interaction;
    const onlyCaller = options.getBoolean("private") ?? preferences.private ?? false;
    const files = FILES.flatMap((key) => options.getAttachment(CATALOGUES.en.commands[key].name) ?? []);
    const typedMeter = options.getString("meter");
    const meter = typedMeter ? parseMeter(typedMeter) : undefined;
    const listen = listenOptionsSchema.parse({
      separation: options.getString("separation") ?? preferences.separation,
      bpm: options.getNumber("tempo") ?? undefined,
      meter,
      ...parseTimeRange(options.getString("from"), options.getString("to")),
    });
    const notate = notateOptionsSchema.parse({
      title: options.getString("title")?.trim() || undefined,
      meter,
      detail: options.getString("detail") ?? preferences.detail,
      grid: options.getString("finest-notes") ?? preferences.grid,
    });
    const link = () => linkOrigin(options.getString("link"), bot.settings.LINK_PRIVATE_HOSTS);
    const [first = link(), ...others] = files.map(originOf);
    const wish = (origin: Origin) => ({ origin, listen, notate });
    await receiveAll(bot, interaction, admission, [wish(first), ...others.map(wish)], onlyCaller);
  },

  async complete(interaction) {
    const typed = interaction.options.getFocused();
    return METERS.filter((meter) => meter.startsWith(typed)).map((meter) => ({ name: meter, value: meter }));
  },
} satisfies ChatCommand;

function linkOrigin(link: string | null, privateHosts: readonly string[]): Origin {
  if (!link) throw new UserError("missingSource");
  return { kind: "link", url: checkLink(typedLink(link), privateHosts).href };
}
