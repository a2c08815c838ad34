import { KIT, type Piece } from "@groovesheet/jobs/pieces.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { logOddsOf } from "./evidence.ts";
import { logit, weightOf } from "./occurrence.ts";

/**
 * Finds hits of pieces that are hardly heard in the song: a few uncertain ones are no reason for another line in the drum
 * key.
 *
 * @returns for each of those hits another piece that it may be and that the song has, undefined where there is none
 */
export function findStrangers(strokes: readonly PlacedStroke[]): Map<PlacedStroke, Piece | undefined> {
  const established = establishedPieces(strokes);
  const strangers = strokes.filter(({ hit }) => !established.has(hit.piece));
  return new Map(
    strangers.map((stroke) => {
      const others = Object.entries(stroke.hit.alternatives ?? {}) as [Piece, number][];
      const known = others.filter(([piece]) => established.has(piece)).toSorted((a, b) => b[1] - a[1]);
      return [stroke, known[0]?.[0]];
    }),
  );
}

/** @returns the pieces that are more probably in the song than not, by their prior and by their more probable hits */
function establishedPieces(strokes: readonly PlacedStroke[]): Set<Piece> {
  const evidence = new Map<Piece, number[]>();
  for (const { hit } of strokes) {
    const logOdds = logOddsOf(hit.confidence * (hit.alternatives?.[hit.piece] ?? 1));
    evidence.set(hit.piece, (evidence.get(hit.piece) ?? []).concat(Math.max(0, logOdds)));
  }
  const isEstablished = ([piece, own]: [Piece, number[]]) =>
    logit(KIT[piece].played.prior) + weightOf(own.length) * own.reduce((a, b) => a + b, 0) > 0;
  return new Set([...evidence].filter(isEstablished).map(([piece]) => piece));
}
