import { Resvg } from "@resvg/resvg-js";
import type { Picture } from "../../picture.ts";
import { FONT_FAMILY, FONT_FILES } from "../fonts.ts";

/** @returns the SVG as a PNG on white, `width` pixels wide, drawn with the project's fonts rather than the machine's */
export function toPng(svg: string, width: number): Uint8Array {
  return render(svg, width).asPng();
}

/** @returns the SVG as a grey picture on white, `width` pixels wide */
export function rasterise(svg: string, width: number): Picture {
  const image = render(svg, width);
  const rgba = image.pixels;
  const grey = Uint8Array.from({ length: rgba.length / 4 }, (_, pixel) => rgba[4 * pixel + 1]!);
  return { width: image.width, height: image.height, grey };
}

function render(svg: string, width: number) {
  const renderer = new Resvg(svg, {
    fitTo: { mode: "width", value: width },
    background: "#fff",
    font: { loadSystemFonts: false, fontFiles: Object.values(FONT_FILES), defaultFontFamily: FONT_FAMILY },
  });
  return renderer.render();
}
