import type { Hit } from "@groovesheet/jobs/performance.ts";
import { KIT, type Piece } from "@groovesheet/jobs/pieces.ts";
import { ABSENT, type Evidence, logOddsOf } from "./evidence.ts";
import { contextOf, logit, probability } from "./occurrence.ts";

/** Posterior probabilities below which a hit is removed and above which a candidate is written; between, nothing changes. */
const REMOVE_BELOW = logit(0.35);
const ADD_ABOVE = logit(0.7);
/** Log-odds by which another piece must be more probable than the one that was heard. */
const REPLACE_ABOVE = logit(0.6);
/** Probability of each piece that the network did not consider. */
const UNCONSIDERED = 0.02;
/**
 * Fills and crashes are exceptions by nature, so their absence from the other bars says less: least log-odds by detector. For
 * a crash on the first beat it says nothing.
 */
const LEAST: Readonly<Record<string, number>> = { TT: -1.2, CY: -1.2, SD: -1.5 };

/** What the pattern makes of one place of one bar. */
export type Decision =
  | { readonly kind: "keep" | "remove"; readonly posterior: number }
  | { readonly kind: "add"; readonly posterior: number; readonly hit: Hit };

/**
 * Decides whether something was struck at one place of each bar of a group.
 *
 * @param evidence by bar, undefined where nothing was detected
 * @param trust weight of the other bars, 0..1
 * @returns by bar; undefined where nothing was detected
 */
export function decideOccurrence(evidence: readonly (Evidence | undefined)[], trust: number): (Decision | undefined)[] {
  const context = contextOf(evidence.map((here) => here?.logOdds ?? ABSENT));
  return evidence.map((here, index) => {
    if (!here) return undefined;
    const added = trust * Math.max(context[index]!, leastContext(here));
    const logOdds = here.logOdds + added;
    const posterior = probability(logOdds);
    if (here.candidate) return { kind: logOdds > ADD_ABOVE ? "add" : "remove", posterior, hit: here.candidate };
    return { kind: added < 0 && logOdds < REMOVE_BELOW ? "remove" : "keep", posterior };
  });
}

function leastContext({ detector, tick, strokes }: Evidence): number {
  if (tick === 0 && strokes.some(({ hit }) => KIT[hit.piece].played.family === "crash")) return 0;
  return LEAST[detector] ?? Number.NEGATIVE_INFINITY;
}

/**
 * Decides which piece of a detector was struck at one place of each bar of a group.
 *
 * @param hits by bar, undefined where there is no single hit
 * @returns by bar, the piece to be written
 */
export function decidePieces(hits: readonly (Hit | undefined)[]): (Piece | undefined)[] {
  const pieces = [...new Set(hits.flatMap((hit) => (hit ? considered(hit) : [])))];
  if (pieces.length < 2) return hits.map((hit) => hit?.piece);
  const present = hits.flatMap((hit) => hit ?? []);
  const scores = new Map<Hit, number[]>(present.map((hit) => [hit, []]));
  for (const piece of pieces) {
    const own = present.map((hit) => logOddsOf(shareOf(hit, piece)));
    const context = contextOf(own);
    for (const [index, hit] of present.entries()) scores.get(hit)!.push(own[index]! + context[index]!);
  }
  return hits.map((hit) => {
    if (!hit) return undefined;
    const score = scores.get(hit)!;
    const best = score.indexOf(Math.max(...score));
    const heard = pieces.indexOf(hit.piece);
    return score[best]! - score[heard]! > REPLACE_ABOVE ? pieces[best]! : hit.piece;
  });
}

function considered({ piece, alternatives }: Hit): Piece[] {
  return alternatives ? (Object.keys(alternatives) as Piece[]) : [piece];
}

/** @returns the probability that a hit is of this piece */
export function shareOf({ piece: heard, alternatives }: Hit, piece: Piece): number {
  if (alternatives) return alternatives[piece] ?? UNCONSIDERED;
  return piece === heard ? 1 - UNCONSIDERED : UNCONSIDERED;
}
