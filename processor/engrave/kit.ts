import { KIT, PIECES, type Piece, type WrittenPiece } from "@groovesheet/jobs/pieces.ts";

/** The staff position and notehead of each piece in one song. */
export type KitLayout = Readonly<Record<Piece, WrittenPiece>>;

const WRITTEN = Object.fromEntries(PIECES.map((piece) => [piece, KIT[piece].written])) as KitLayout;

/**
 * Lays out the kit of one song. With four toms the low tom moves down to a line of its own; otherwise mid and low tom share
 * the line of the middle tom in a three-tom kit.
 */
export function layKit(pieces: readonly Piece[]): KitLayout {
  if (!pieces.includes("tomMid") || !pieces.includes("tomLow")) return WRITTEN;
  return { ...WRITTEN, tomLow: { ...WRITTEN.tomLow, step: "B", octave: 4 } };
}

/** @returns the height on the staff, in steps above C0 */
export function height(entry: WrittenPiece): number {
  return entry.octave * 7 + "CDEFGAB".indexOf(entry.step);
}
