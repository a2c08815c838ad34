import { describeUserError, UserError, type UserErrorCode } from "@groovesheet/jobs/errors.ts";
import { describeNotice, isNoticeCode, type Notice } from "@groovesheet/jobs/notices.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { Language } from "@groovesheet/jobs/request.ts";
import { TEXT_LENGTHS } from "../messages/discord-limits.ts";
import { clip, escapeMarkup, joinWithin } from "../messages/text.ts";
import { CATALOGUES as CATALOGUE_OF, type Catalogue, type Text } from "./catalogue.ts";

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = CATALOGUE_OF;

export type Facts = Readonly<Record<string, string | number>>;

/** @returns the text with `{name}` replaced by the fact of that name */
export function say(language: Language, text: Text, facts: Facts = {}): string {
  return fill(CATALOGUES[language].texts[text], facts);
}

/** @returns the error's message, which says what to do about it */
export function sayError(language: Language, code: UserErrorCode, facts: Facts): string {
  const { errors, notices } = CATALOGUES[language];
  const template = errors[code] ?? (isNoticeCode(code) ? notices[code] : undefined);
  const shown = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, showFact(language, name, fact)]));
  return template === undefined ? describeUserError(code, shown) : fill(template, shown);
}

/** What a person wrote is shown as it is; only our own list of channels is markup, and our names of files are translated. */
function showFact(language: Language, name: string, fact: string | number): string | number {
  if (typeof fact === "number") return fact;
  if (name === "files") return sayFiles(language, fact);
  if (name === "channels") return joinWithin(fact.split(" "), " ", TEXT_LENGTHS.list);
  return escapeMarkup(clip(fact, TEXT_LENGTHS.name));
}

/** @returns a notice of the pipeline in the user's language; an unknown notice is returned unchanged */
export function sayNotice(language: Language, notice: Notice): string {
  const { code, facts } = notice;
  if (!isNoticeCode(code)) return describeNotice(notice);
  const { files } = facts;
  const shown = files === undefined ? facts : { ...facts, files: sayFiles(language, String(files)) };
  return fill(CATALOGUES[language].notices[code], shown);
}

/** @param files separated by commas, as `encoderMissing` names them */
function sayFiles(language: Language, files: string): string {
  const names: Readonly<Record<string, string>> = CATALOGUES[language].files;
  return new Intl.ListFormat(language).format(files.split(", ").map((file) => names[file] ?? file));
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

/** @returns our language for a locale of Discord, English where there is no translation */
export function languageOf(locale: unknown): Language {
  const base = typeof locale === "string" ? locale.slice(0, 2) : "en";
  return base in CATALOGUES ? (base as Language) : "en";
}

/** @returns the error's message in this language, or undefined for a bug */
export function sayIfUserError(language: Language, error: unknown): string | undefined {
  return error instanceof UserError ? sayError(language, error.code, error.facts) : undefined;
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? "?"));
}
