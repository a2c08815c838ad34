/** A grey picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** one byte a pixel, row by row; 0 is black, 255 white */
  readonly grey: Uint8Array;
}

/** One line of music as a picture. */
export interface Strip {
  readonly picture: Picture;
  /** y of the top line of the staff, pixels */
  readonly staffTop: number;
  readonly measures: readonly StripMeasure[];
}

/** Where a measure is in its strip. Lengths are in pixels. */
export interface StripMeasure {
  /** of the measure in the score */
  readonly index: number;
  /** x of the middle of what is written at each of the measure's beats */
  readonly beats: readonly number[];
}
