import { Resvg } from "@resvg/resvg-js";
import { FONT_FAMILY, FONT_FILES } from "../fonts.ts";

/** @returns the SVG as a PNG on white, `width` pixels wide, drawn with the project's fonts rather than the machine's */
export function toPng(svg: string, width: number): Uint8Array {
  const renderer = new Resvg(svg, {
    fitTo: { mode: "width", value: width },
    background: "#fff",
    font: { loadSystemFonts: false, fontFiles: Object.values(FONT_FILES), defaultFontFamily: FONT_FAMILY },
  });
  return renderer.render().asPng();
}
