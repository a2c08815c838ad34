import type { Text } from "@groovesheet/bot/i18n/catalogue.ts";
import { CATALOGUES, sayError } from "@groovesheet/bot/i18n/translate.ts";
import type { UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { Language } from "@groovesheet/jobs/request.ts";

type Facts = Readonly<Record<string, string | number>>;

/**
 * @param facts what stands in the placeholders; any text stands in those that are not given
 * @returns a pattern for a text of the catalogue, so that tests do not repeat the wording
 */
export function phrase(key: Text, facts: Facts = {}, language: Language = "en"): RegExp {
  return patternOf(CATALOGUES[language].texts[key], facts);
}

/** @returns a pattern for the message of an error */
export function errorPhrase(code: UserErrorCode, facts: Facts = {}, language: Language = "en"): RegExp {
  const blanks = Object.fromEntries(PLACEHOLDERS.map((name) => [name, `{${name}}`]));
  return patternOf(sayError(language, code, blanks), facts);
}

/** the facts that messages of errors mention */
const PLACEHOLDERS = [
  "maximum",
  "minimum",
  "channels",
  "meter",
  "reason",
  "streams",
  "seconds",
  "expected",
  "megabytes",
  "files",
  "encoders",
];

function patternOf(template: string, facts: Facts): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const parts = template.split(/\{(\w+)\}/);
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return literal(part);
    return part in facts ? literal(String(facts[part])) : "[^]*?";
  });
  return new RegExp(source.join(""));
}
