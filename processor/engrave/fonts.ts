import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);
const fontFile = (style: string) => resolve(`@expo-google-fonts/tinos/${style}/Tinos_${style}.ttf`);

/** Tinos, under the SIL Open Font License: as wide as the Times in whose measures verovio lays out text. */
export const fontFiles = {
  regular: fontFile("400Regular"),
  bold: fontFile("700Bold"),
  italic: fontFile("400Regular_Italic"),
} as const;
