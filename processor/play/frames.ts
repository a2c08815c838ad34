import type { Picture, Strip } from "../picture.ts";
import { Canvas, type Colour } from "./canvas.ts";
import type { Label, Mark } from "./timeline.ts";

export const VIDEO_WIDTH = 1280;
export const VIDEO_HEIGHT = 720;
/** pixels of a label's text, and the widest title */
export const LABEL_SIZE = 46;
export const TITLE_WIDTH = 900;

/** The texts of the frames as pictures. */
export interface Labels {
  readonly title: Picture;
  /** ten pictures of equal width */
  readonly digits: readonly Picture[];
}

/** in pixels: where the staffs of the two lines begin, and the edge of the header */
const STAFF_TOP = 270;
const NEXT_STAFF_TOP = 545;
const EDGE = 36;
const HEADER_TOP = 14;
/** how dark the line is that follows */
const NEXT_STRENGTH = 0.45;
/** in pixels: the marker reaches from above the cymbals to below the pedals */
const MARKER = { width: 40, above: 120, below: 150 } as const;
/** Orange: bright, and no grey of the score comes near it. */
export const MARKER_COLOUR: Colour = { y: 185, u: 78, v: 161 };

/**
 * Draws a frame for each mark: the line that is played, the next one below it, the marker and the number of the bar.
 *
 * @returns bytes of I420 frames
 */
export function* drawFrames(marks: readonly Mark[], strips: readonly Strip[], labels: Labels): Generator<Uint8Array> {
  let shown = -1;
  let base = new Canvas(VIDEO_WIDTH, VIDEO_HEIGHT);
  for (const mark of marks) {
    if (mark.strip !== shown) {
      base = drawLines(strips, mark.strip, labels.title);
      shown = mark.strip;
    }
    const frame = base.copy();
    if (mark.label) drawNumber(frame, mark.label, labels.digits);
    if (mark.x !== undefined) frame.highlight(markerBox(mark.x), MARKER_COLOUR);
    yield frame.bytes;
  }
}

function drawLines(strips: readonly Strip[], index: number, title: Picture): Canvas {
  const canvas = new Canvas(VIDEO_WIDTH, VIDEO_HEIGHT);
  canvas.draw(title, EDGE, HEADER_TOP);
  const [line, next] = strips.slice(index, index + 2);
  if (line) canvas.draw(line.picture, 0, STAFF_TOP - line.staffTop);
  if (next) canvas.draw(next.picture, 0, NEXT_STAFF_TOP - next.staffTop, NEXT_STRENGTH);
  return canvas;
}

/** The number of the bar stands at the right edge; a count is highlighted as well. */
function drawNumber(frame: Canvas, { kind, number }: Label, digits: readonly Picture[]): void {
  const figures = [...String(number)].map((digit) => digits[Number(digit)]!);
  const { width, height } = digits[0]!;
  const left = VIDEO_WIDTH - EDGE - figures.length * width;
  for (const [place, figure] of figures.entries()) frame.draw(figure, left + place * width, HEADER_TOP);
  if (kind === "count") {
    frame.highlight({ x: left - width / 2, y: HEADER_TOP, width: (figures.length + 1) * width, height }, MARKER_COLOUR);
  }
}

/** @returns where the marker is for a beat at this x of the strip */
export function markerBox(x: number) {
  const { width, above, below } = MARKER;
  return { x: x - width / 2, y: STAFF_TOP - above, width, height: above + below };
}
