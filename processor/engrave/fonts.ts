import { createRequire } from "node:module";
import { type Font, openSync } from "fontkit";

const { resolve } = createRequire(import.meta.url);
const fontFile = (style: string) => resolve(`@expo-google-fonts/tinos/${style}/Tinos_${style}.ttf`);
const japaneseFile = (style: string) => resolve(`@expo-google-fonts/m-plus-1p/${style}/MPLUS1p_${style}.ttf`);

export const FONT_FAMILY = "Tinos";
export const JAPANESE_FAMILY = "M PLUS 1p";

/**
 * Verovio measures text in Times, and Tinos has the same widths. Characters that Tinos lacks are set in M PLUS 1p, which
 * covers Japanese. Both fonts are under the SIL Open Font License.
 */
export const FONT_FILES = {
  regular: fontFile("400Regular"),
  bold: fontFile("700Bold"),
  italic: fontFile("400Regular_Italic"),
  japanese: japaneseFile("400Regular"),
  japaneseBold: japaneseFile("700Bold"),
} as const;

/** The fonts that text can be set in. */
export type FontName = keyof typeof FONT_FILES;
export type FontStyle = "regular" | "bold" | "italic";

const opened = new Map<FontName, Font>();

function open(name: FontName): Font {
  let font = opened.get(name);
  if (font === undefined) {
    font = openSync(FONT_FILES[name]) as Font;
    opened.set(name, font);
  }
  return font;
}

/** The fonts for a style, in order of preference. */
function fontsFor(style: FontStyle): readonly FontName[] {
  return [style, style === "bold" ? "japaneseBold" : "japanese"];
}

function fontOf(character: string, style: FontStyle): FontName | undefined {
  return fontsFor(style).find((name) => open(name).hasGlyphForCodePoint(character.codePointAt(0)!));
}

/** @returns the width of a text at size 1 */
export function textWidth(text: string, style: FontStyle): number {
  let width = 0;
  for (const character of text) {
    const font = open(fontOf(character, style) ?? style);
    width += font.glyphForCodePoint(character.codePointAt(0)!).advanceWidth / font.unitsPerEm;
  }
  return width;
}

/** @returns runs of text that a single font can set, each with its font family */
export function splitByFont(text: string, style: FontStyle): { readonly family: string; readonly text: string }[] {
  const runs: { family: string; text: string }[] = [];
  for (const character of text) {
    const family = fontOf(character, style)?.startsWith("japanese") ? JAPANESE_FAMILY : FONT_FAMILY;
    const last = runs.at(-1);
    if (last?.family === family) last.text += character;
    else runs.push({ family, text: character });
  }
  return runs;
}

/** @returns the text without characters that no font has; they would be drawn as empty boxes */
export function drawable(text: string): string {
  const known = [...text].filter((character) => fontOf(character, "regular") !== undefined);
  return known.join("").replace(/\s+/g, " ").trim();
}
