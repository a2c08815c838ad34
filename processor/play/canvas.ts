import type { Picture } from "../picture.ts";

/** Colour in the video's own values (BT.709, limited range): 16..235 for luma, 128 is no colour. */
export interface Colour {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const BLACK = 16;
const WHITE = 235;
const NO_COLOUR = 128;

/** A frame of video in planar 4:2:0 (I420): the luma plane, then the two chroma planes at half the size. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly #luma: number;
  readonly #chroma: number;

  /** White, or a copy of the bytes of another frame. Width and height are even. */
  constructor(width: number, height: number, bytes?: Uint8Array) {
    this.width = width;
    this.height = height;
    this.#luma = width * height;
    this.#chroma = this.#luma / 4;
    this.bytes = bytes?.slice() ?? new Uint8Array(this.#luma + 2 * this.#chroma).fill(NO_COLOUR);
    if (!bytes) this.bytes.fill(WHITE, 0, this.#luma);
  }

  copy(): Canvas {
    return new Canvas(this.width, this.height, this.bytes);
  }

  /**
   * Lays a picture on the frame like a transparency: only what is darker than the frame shows. What reaches over the edge
   * is cut off.
   *
   * @param strength 0..1: how dark the picture's black is
   */
  draw({ width, height, grey }: Picture, left: number, top: number, strength = 1): void {
    const [x0, y0] = [Math.round(left), Math.round(top)];
    for (let row = Math.max(0, -y0); row < height && y0 + row < this.height; row++) {
      const target = (y0 + row) * this.width + x0;
      for (let column = Math.max(0, -x0); column < width && x0 + column < this.width; column++) {
        const ink = (255 - grey[row * width + column]!) * strength;
        if (ink === 0) continue;
        const value = WHITE - ((WHITE - BLACK) * ink) / 255;
        if (value < this.bytes[target + column]!) this.bytes[target + column] = value;
      }
    }
  }

  /** Colours a box as a highlighter does: white takes the colour, black stays black. */
  highlight(box: Box, colour: Colour): void {
    const even = (value: number) => 2 * Math.round(value / 2);
    const [left, top] = [Math.max(0, even(box.x)), Math.max(0, even(box.y))];
    const [right, bottom] = [
      Math.min(this.width, even(box.x + box.width)),
      Math.min(this.height, even(box.y + box.height)),
    ];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const light = (this.bytes[y * this.width + x]! - BLACK) / (WHITE - BLACK);
        this.bytes[y * this.width + x] = BLACK + light * (colour.y - BLACK);
        if (x % 2 === 0 && y % 2 === 0) this.#tint(x / 2, y / 2, light, colour);
      }
    }
  }

  #tint(x: number, y: number, light: number, { u, v }: Colour): void {
    const at = this.#luma + (y * this.width) / 2 + x;
    this.bytes[at] = NO_COLOUR + light * (u - NO_COLOUR);
    this.bytes[at + this.#chroma] = NO_COLOUR + light * (v - NO_COLOUR);
  }
}
