import type { Measure } from "../../score.ts";
import { drawable, textWidth } from "../fonts.ts";
import { round, textElement } from "../text.ts";

/** in verovio's drawing units */
const SIZE = 400;
const PADDING = 110;
const LINE_WIDTH = 22;
/** the size of verovio's own bar numbers */
const NUMBER_SIZE = 324;
const NUMBER_GAP = 80;

/** @returns the width of the box around a section's name, drawing units */
export function sectionWidth(name: string): number {
  return textWidth(drawable(name), "bold") * SIZE + 2 * PADDING;
}

/**
 * Draws a section's name in a box, and the bar number in the margin before it, which verovio omits there.
 *
 * @param x left edge of the box, drawing units
 * @param y baseline of the text, drawing units
 */
export function drawSection({ section = "", number }: Measure, x: number, y: number): string {
  const width = round(sectionWidth(section));
  const height = round(0.7 * SIZE + 2 * PADDING);
  const bar = textElement({ x: x - NUMBER_GAP, y, size: NUMBER_SIZE, style: "italic", anchor: "end" }, String(number));
  return (
    `<rect x="${round(x)}" y="${round(sectionTop(y))}" width="${width}" height="${height}" fill="none" stroke-width="${LINE_WIDTH}"/>` +
    textElement({ x: x + PADDING, y, size: SIZE, weight: "bold" }, section) +
    (number > 1 ? bar : "")
  );
}

/** @returns the upper edge of a box, given the baseline of its text, drawing units */
export function sectionTop(y: number): number {
  return y - 0.7 * SIZE - PADDING;
}
