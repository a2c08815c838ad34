import type { Picture } from "../../picture.ts";
import { drawable, textWidth } from "../fonts.ts";
import { rasterise } from "../pages/png.ts";
import { svgDocument, textElement } from "../text.ts";

/** Space around a text, in its size: descenders and accents fit. */
const ABOVE = 0.95;
const BELOW = 0.3;

/**
 * Draws a line of bold text.
 *
 * @param size in pixels
 * @param maxWidth in pixels; a longer text is drawn smaller
 */
export function drawLabel(text: string, size: number, maxWidth = Number.POSITIVE_INFINITY): Promise<Picture> {
  const shown = drawable(text) || " ";
  const fitting = Math.min(size, maxWidth / textWidth(shown, "bold"));
  const box = {
    width: Math.max(1, Math.ceil(fitting * textWidth(shown, "bold"))),
    height: Math.ceil(size * (ABOVE + BELOW)),
  };
  const content = textElement({ x: 0, y: size * ABOVE, size: fitting, weight: "bold" }, shown);
  return rasterise(svgDocument(box, "", content), box.width);
}
