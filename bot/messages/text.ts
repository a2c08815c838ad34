const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Shortens a text to a number of UTF-16 code units without cutting a character, an emoji or a letter with its accents
 * apart.
 *
 * @param ending stands where something was cut
 */
export function clip(text: string, length: number, ending = "…"): string {
  if (text.length <= length) return text;
  let kept = "";
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (kept.length + segment.length + ending.length > length) break;
    kept += segment;
  }
  return `${kept.trimEnd()}${ending}`;
}

/** Joins as many parts as fit, and says how many did not. */
export function joinWithin(parts: readonly string[], separator: string, length: number): string {
  const all = parts.join(separator);
  if (all.length <= length) return all;
  for (let count = parts.length - 1; count > 0; count--) {
    const shown = [...parts.slice(0, count), `… +${parts.length - count}`].join(separator);
    if (shown.length <= length) return shown;
  }
  return clip(all, length);
}

/**
 * @returns a text of a person on one line, without what no message can show: control characters, halves of characters,
 * and characters that turn the direction of all that follows
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069\ufeff]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** @returns a text that Discord shows as it is written: no markup, no mention, no link, no emoji of another server */
export function escapeMarkup(text: string): string {
  return oneLine(text).replace(/[\\*_`~|<>@#[\]()]|:(?=\/\/)/g, "\\$&");
}
