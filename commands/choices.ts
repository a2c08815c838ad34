import type { Text } from "@groovesheet/bot/i18n/catalogue.ts";
import { CATALOGUES } from "@groovesheet/bot/i18n/translate.ts";
import { DETAIL_TEXTS, GRID_TEXTS } from "@groovesheet/bot/messages/views/notation-menu.ts";
import { CLICK_TEXTS, SOUND_TEXTS } from "@groovesheet/bot/messages/views/play-view.ts";
import { SPEEDS } from "@groovesheet/jobs/options.ts";
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOptionChoice,
  ApplicationCommandOptionType,
} from "discord.js";
import { inAllLocales, localised } from "./localised.ts";

/** A value with its label in all languages. */
export function choice(value: string, text: Text): APIApplicationCommandOptionChoice<string> {
  const name = CATALOGUES.en.texts[text];
  return { value, name, name_localizations: inAllLocales(({ texts }) => texts[text]) };
}

export const separationOption: APIApplicationCommandBasicOption = {
  ...localised("separation"),
  type: ApplicationCommandOptionType.String,
  choices: [choice("auto", "separationAuto"), choice("on", "separationOn"), choice("off", "separationOff")],
};

export const detailOption: APIApplicationCommandBasicOption = {
  ...localised("detail"),
  type: ApplicationCommandOptionType.String,
  choices: Object.entries(DETAIL_TEXTS).map(([value, text]) => choice(value, text)),
};

export const gridOption: APIApplicationCommandBasicOption = {
  ...localised("grid"),
  type: ApplicationCommandOptionType.String,
  choices: Object.entries(GRID_TEXTS).map(([value, text]) => choice(value, text)),
};

export const privateOption: APIApplicationCommandBasicOption = {
  ...localised("private"),
  type: ApplicationCommandOptionType.Boolean,
};

/** Options of the play-along video. */
export const playOptions: APIApplicationCommandBasicOption[] = [
  {
    ...localised("speed"),
    type: ApplicationCommandOptionType.Integer,
    choices: SPEEDS.map((percent) => ({ name: `${percent}%`, value: percent })),
  },
  {
    ...localised("click"),
    type: ApplicationCommandOptionType.String,
    choices: Object.entries(CLICK_TEXTS).map(([value, text]) => choice(value, text)),
  },
  {
    ...localised("sound"),
    type: ApplicationCommandOptionType.String,
    choices: Object.entries(SOUND_TEXTS).map(([value, text]) => choice(value, text)),
  },
];
