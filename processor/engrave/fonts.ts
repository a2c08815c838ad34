import { createRequire } from "node:module";
import { type Font, openSync } from "fontkit";

const { resolve } = createRequire(import.meta.url);
const fontFile = (style: string) => resolve(`@expo-google-fonts/tinos/${style}/Tinos_${style}.ttf`);

export const FONT_FAMILY = "Tinos";

/** Tinos, under the SIL Open Font License: as wide as the Times in whose measures verovio lays out text. */
export const fontFiles = {
  regular: fontFile("400Regular"),
  bold: fontFile("700Bold"),
  italic: fontFile("400Regular_Italic"),
} as const;

export type FontStyle = keyof typeof fontFiles;

const opened = new Map<FontStyle, Font>();

function open(style: FontStyle): Font {
  let font = opened.get(style);
  if (font === undefined) {
    font = openSync(fontFiles[style]) as Font;
    opened.set(style, font);
  }
  return font;
}

/** @returns how wide a text is at size 1 */
export function textWidth(text: string, style: FontStyle): number {
  const font = open(style);
  let width = 0;
  for (const character of text) width += font.glyphForCodePoint(character.codePointAt(0)!).advanceWidth;
  return width / font.unitsPerEm;
}

/**
 * @returns the text without what the font has no signs for, which would be drawn as empty boxes: Tinos knows the Latin,
 * Greek, Cyrillic and Hebrew scripts
 */
export function drawable(text: string): string {
  const font = open("regular");
  const known = [...text].filter((character) => font.hasGlyphForCodePoint(character.codePointAt(0)!));
  return known.join("").replace(/\s+/g, " ").trim();
}
