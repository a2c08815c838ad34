import { KIT, PIECES, type Piece, type WrittenPiece } from "@groovesheet/jobs/pieces.ts";

/** On which line and with which notehead each piece of a song is written. */
export type KitLayout = Readonly<Record<Piece, WrittenPiece>>;

const WRITTEN = Object.fromEntries(PIECES.map((piece) => [piece, KIT[piece].written])) as KitLayout;

/**
 * The lines on which the pieces of one song stand. With four toms the low one moves down to a line of its own; otherwise
 * mid and low tom share the line of a three-tom kit's middle tom.
 */
export function layKit(pieces: readonly Piece[]): KitLayout {
  if (!pieces.includes("tomMid") || !pieces.includes("tomLow")) return WRITTEN;
  return { ...WRITTEN, tomLow: { ...WRITTEN.tomLow, step: "B", octave: 4 } };
}

/** @returns staff steps above C0: higher is further up on paper */
export function height(entry: WrittenPiece): number {
  return entry.octave * 7 + "CDEFGAB".indexOf(entry.step);
}
