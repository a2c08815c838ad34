import { drawLabel } from "@groovesheet/processor/engrave/strips/labels.ts";
import { LABEL_SIZE, VIDEO_WIDTH } from "@groovesheet/processor/play/frames.ts";
import type { VideoFrame } from "./video.ts";

/** The corner of a frame that shows the number of the bar, pixels. */
const CORNER = { left: 1100, right: VIDEO_WIDTH, top: 0, bottom: 85 };
/** luma: what is darker is ink, also below a highlight */
const INK = 110;
/** share of the pixels that the encoder may have changed */
const TOLERANCE = 0.1;

interface Ink {
  readonly width: number;
  readonly height: number;
  readonly isDark: (x: number, y: number) => boolean;
}

/** @returns a function that reads the number of the bar, from 1 to `most`; undefined where there is none */
export async function numberReader(most: number): Promise<(frame: VideoFrame) => number | undefined> {
  const digits = await Promise.all(Array.from("0123456789", (digit) => drawLabel(digit, LABEL_SIZE)));
  const { width, height } = digits[0]!;
  const known = Array.from({ length: most }, (_, index) => {
    const figures = [...String(index + 1)].map((digit) => digits[Number(digit)]!.grey);
    const box = { left: 0, right: figures.length * width, top: 0, bottom: height };
    return inkIn(box, (x, y) => figures[Math.floor(x / width)]![y * width + (x % width)]!)!;
  });
  return ({ luma }) => {
    const seen = inkIn(CORNER, (x, y) => luma[y * VIDEO_WIDTH + x]!);
    if (!seen) return undefined;
    const errors = known.map((ink) => difference(seen, ink));
    const best = errors.indexOf(Math.min(...errors));
    if (errors[best]! > TOLERANCE) throw new Error("the corner shows something that is no number of a bar");
    return best + 1;
  };
}

/** @returns the dark pixels in their bounding box; undefined if there are none */
function inkIn(box: typeof CORNER, valueAt: (x: number, y: number) => number): Ink | undefined {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      if (valueAt(x, y) >= INK) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  if (xs.length === 0) return undefined;
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    width: Math.max(...xs) - left + 1,
    height: Math.max(...ys) - top + 1,
    isDark: (x, y) => valueAt(left + x, top + y) < INK,
  };
}

/** @returns the share of pixels that differ; infinite for boxes of different sizes */
function difference(a: Ink, b: Ink): number {
  if (Math.abs(a.width - b.width) > 2 || Math.abs(a.height - b.height) > 2) return Number.POSITIVE_INFINITY;
  let different = 0;
  for (let y = 0; y < b.height; y++) {
    for (let x = 0; x < b.width; x++) if (a.isDark(x, y) !== b.isDark(x, y)) different++;
  }
  return different / (b.width * b.height);
}
