import { KIT } from "@groovesheet/jobs/pieces.ts";
import type { Measure } from "../../score.ts";

/** What is struck where in a bar, with the weight of each stroke; accents, ghosts and single colours count little. */
export type Pattern = ReadonlyMap<string, number>;

const ghostWeight = 0.2;

/** @returns the pattern of a bar, its places as parts of the bar, so that bars of all tempos compare */
export function patternOf({ voices, length }: Measure): Pattern {
  const pattern = new Map<string, number>();
  for (const { events } of voices) {
    for (const { onset, notes } of events) {
      const place = onset.div(length).toFraction();
      for (const { piece, dynamic } of notes) {
        const [name, weight] = KIT[piece].played.pattern;
        const key = `${name} ${place}`;
        pattern.set(key, Math.max(pattern.get(key) ?? 0, dynamic === "ghost" ? ghostWeight : weight));
      }
    }
  }
  return pattern;
}

/**
 * How unlike two bars are: one less the weighted Jaccard index, sum of the smaller by sum of the larger weights.
 * @returns 0 for the same pattern, 1 for patterns that share nothing
 */
export function distance(a: Pattern, b: Pattern): number {
  let shared = 0;
  let all = 0;
  for (const [key, weight] of a) {
    const other = b.get(key) ?? 0;
    shared += Math.min(weight, other);
    all += Math.max(weight, other);
  }
  for (const [key, weight] of b) if (!a.has(key)) all += weight;
  return all === 0 ? 0 : 1 - shared / all;
}
