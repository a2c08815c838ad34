import type { model } from "@coderline/alphatab";
import { KIT, PIECES, type Piece } from "@groovesheet/jobs/pieces.ts";
import { height, type KitLayout } from "../kit.ts";
import { PIECE_FORMATS } from "../piece-formats.ts";

type AlphaTab = typeof import("@coderline/alphatab");
type Articulation = model.InstrumentArticulation;

/** Guitar Pro draws open and half-open hi-hats with noteheads of their own instead of a sign above. */
const HIHAT_HEADS: Partial<Record<Piece, "NoteheadCircleX" | "NoteheadCircleSlash">> = {
  hihatOpen: "NoteheadCircleX",
  hihatHalfOpen: "NoteheadCircleSlash",
};

/** @returns Guitar Pro's articulations of all pieces, in the order of `PIECES`, at the places of our staff */
export function articulationsOf(
  { model: { InstrumentArticulation, MusicFontSymbol: symbols, TechniqueSymbolPlacement } }: AlphaTab,
  kit: KitLayout,
): Articulation[] {
  const heads = {
    normal: [symbols.NoteheadBlack, symbols.NoteheadHalf, symbols.NoteheadWhole],
    x: [symbols.NoteheadXBlack, symbols.NoteheadXBlack, symbols.NoteheadXBlack],
    diamond: [symbols.NoteheadDiamondWhite, symbols.NoteheadDiamondWhite, symbols.NoteheadDiamondWhite],
    triangle: [symbols.NoteheadTriangleUpBlack, symbols.NoteheadTriangleUpHalf, symbols.NoteheadTriangleUpWhole],
  } as const;
  return PIECES.map((piece) => {
    const [element, number] = PIECE_FORMATS[piece].guitarPro;
    const own = HIHAT_HEADS[piece];
    const [black, half, whole] = own ? [symbols[own], symbols[own], symbols[own]] : heads[kit[piece].notehead];
    const line = height(KIT.ride.written) - height(kit[piece]); // counted in half spaces down from the top line
    const place = TechniqueSymbolPlacement.Outside;
    return new InstrumentArticulation(element, line, playedKey(piece), black, half, whole, symbols.None, place, number);
  });
}

/** @returns the General MIDI key that Guitar Pro plays; its rimshot is a snare, since key 40 is an electric one */
function playedKey(piece: Piece): number {
  return piece === "rimshot" ? KIT.snare.written.key : KIT[piece].written.key;
}
