import type { Measure } from "../../score.ts";
import { drawable, textWidth } from "../fonts.ts";
import { round, textElement } from "../text.ts";

/** In verovio's drawing units. */
const size = 400;
const padding = 110;
const lineWidth = 22;
/** As large as verovio's own bar numbers. */
const numberSize = 324;
const numberGap = 80;

/** @returns how wide the box of a section's name is, in drawing units */
export function sectionWidth(name: string): number {
  return textWidth(drawable(name), "bold") * size + 2 * padding;
}

/**
 * @returns a section's name in a box whose left edge and whose text's line are given, in drawing units; in the margin
 * before it the bar's number, which verovio leaves out there
 */
export function drawSection({ section = "", number }: Measure, x: number, y: number): string {
  const width = round(sectionWidth(section));
  const height = round(0.7 * size + 2 * padding);
  const bar = textElement({ x: x - numberGap, y, size: numberSize, style: "italic", anchor: "end" }, String(number));
  return (
    `<rect x="${round(x)}" y="${round(sectionTop(y))}" width="${width}" height="${height}" fill="none" stroke-width="${lineWidth}"/>` +
    textElement({ x: x + padding, y, size, weight: "bold" }, section) +
    (number > 1 ? bar : "")
  );
}

/** @returns the upper edge of a box whose text stands on a line, in drawing units */
export function sectionTop(y: number): number {
  return y - 0.7 * size - padding;
}
