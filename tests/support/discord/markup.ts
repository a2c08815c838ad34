/** Replaces an escaped character: no markup is read in its place. */
const ESCAPED = /\\([^0-9A-Za-z\s])/g;

/**
 * @returns a text as Discord shows it, where it holds no markup
 * @throws where Discord would read markup, a mention, an emoji or a link in it
 */
export function shownByDiscord(text: string): string {
  const found = markupIn(text);
  if (found) throw new Error(`Discord reads ${found} in ${text}`);
  return text.replace(ESCAPED, "$1");
}

/** @returns the first piece of a text that Discord does not show as it is written */
export function markupIn(text: string): string | undefined {
  return /[*_`~|<>@#[\]()\\]|:\/\//.exec(withoutEscapes(text))?.[0];
}

/** @returns a text with a blank in place of each escaped character: what is left of markup is read as such */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPED, " ");
}
