import type { Catalogue } from "@groovesheet/bot/i18n/catalogue.ts";
import { CATALOGUES } from "@groovesheet/bot/i18n/translate.ts";
import type { Language } from "@groovesheet/jobs/request.ts";
import { Locale, type LocalizationMap } from "discord.js";

/** The locales of Discord that each language serves. */
const DISCORD_LOCALES: Readonly<Record<Exclude<Language, "en">, readonly Locale[]>> = {
  de: [Locale.German],
  fr: [Locale.French],
  es: [Locale.SpanishES, Locale.SpanishLATAM],
  pt: [Locale.PortugueseBR],
  ja: [Locale.Japanese],
};

/** Name and description of a command or option in all languages, as Discord expects them. */
export function localised(key: keyof Catalogue["commands"]) {
  const { name, description } = CATALOGUES.en.commands[key];
  return {
    name,
    name_localizations: inAllLocales(({ commands }) => commands[key].name),
    description,
    description_localizations: inAllLocales(({ commands }) => commands[key].description),
  };
}

/** A text in all languages, as Discord expects localisations. */
export function inAllLocales(pick: (catalogue: Catalogue) => string): LocalizationMap {
  return Object.fromEntries(
    Object.entries(DISCORD_LOCALES).flatMap(([language, locales]) =>
      locales.map((locale) => [locale, pick(CATALOGUES[language as Language])]),
    ),
  );
}
