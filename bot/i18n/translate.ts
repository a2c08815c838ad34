import { describeUserError, UserError, type UserErrorCode } from "@groovesheet/jobs/errors.ts";
import { readNotice } from "@groovesheet/jobs/notices.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { Language } from "@groovesheet/jobs/request.ts";
import { Locale, type LocalizationMap } from "discord.js";
import type { Catalogue, Text } from "./catalogue.ts";
import { de } from "./de.ts";
import * as english from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { pt } from "./pt.ts";

/** The command line may say how to install something; here that is the operator's business. */
const en: Catalogue = {
  ...english,
  errors: { separationMissing: "Separation is not set up here. Choose “where it helps” or “no”." },
};

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, de, fr, es, pt, ja };

/** Discord's languages that are not called as ours are. */
const DISCORD_LOCALES: Readonly<Record<Exclude<Language, "en">, readonly Locale[]>> = {
  de: [Locale.German],
  fr: [Locale.French],
  es: [Locale.SpanishES, Locale.SpanishLATAM],
  pt: [Locale.PortugueseBR],
  ja: [Locale.Japanese],
};

export type Facts = Readonly<Record<string, string | number>>;

/** @returns the text with `{name}` replaced by the fact of that name */
export function say(language: Language, text: Text, facts: Facts = {}): string {
  return fill(CATALOGUES[language].texts[text], facts);
}

/** @returns what the person can do about it */
export function sayError(language: Language, code: UserErrorCode, facts: Facts): string {
  const template = CATALOGUES[language].errors[code];
  return template === undefined ? describeUserError(code, facts) : fill(template, facts);
}

/** @returns what the pipeline remarked, in the person's language; as it is where it is not known */
export function sayNotice(language: Language, sentence: string): string {
  const notice = readNotice(sentence);
  return notice ? fill(CATALOGUES[language].notices[notice.code], notice.facts) : sentence;
}

/** @returns the name of a piece of the kit */
export function sayPiece(language: Language, piece: Piece): string {
  return CATALOGUES[language].pieces[piece];
}

/** @returns a time in words: seconds below two minutes, minutes above */
export function sayTime(language: Language, seconds: number): string {
  if (seconds < 120) return say(language, "seconds", { n: Math.max(1, Math.round(seconds)) });
  return say(language, "minutes", { n: Math.round(seconds / 60) });
}

/** @returns our language for one of Discord's, English for those that we lack */
export function languageOf(locale: unknown): Language {
  const base = typeof locale === "string" ? locale.slice(0, 2) : "en";
  return base in CATALOGUES ? (base as Language) : "en";
}

/** Name and description of a command or option in all languages, as Discord wants them. */
export function localised(key: keyof Catalogue["commands"]) {
  const pick = (place: 0 | 1) => inAllLocales((catalogue) => catalogue.commands[key][place]);
  const [name, description] = en.commands[key];
  return { name, name_localizations: pick(0), description, description_localizations: pick(1) };
}

/** Any other text in the shape of Discord's localisations. */
export function inAllLocales(pick: (catalogue: Catalogue) => string): LocalizationMap {
  return Object.fromEntries(
    Object.entries(DISCORD_LOCALES).flatMap(([language, locales]) =>
      locales.map((locale) => [locale, pick(CATALOGUES[language as Language])]),
    ),
  );
}

/** @returns the error as this person reads it, or undefined where it is a bug */
export function sayIfUserError(language: Language, error: unknown): string | undefined {
  return error instanceof UserError ? sayError(language, error.code, error.facts) : undefined;
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? "?"));
}
