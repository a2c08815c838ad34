import { KIT } from "@groovesheet/jobs/pieces.ts";
import type { Measure } from "../../score.ts";

/** What is struck where in a bar, with the weight of each hit; ghost notes and single crashes have little weight. */
export type Pattern = ReadonlyMap<string, number>;

const GHOST_WEIGHT = 0.2;

/** @returns the pattern of a bar; places are fractions of the bar, so that bars of all meters can be compared */
export function patternOf({ voices, length }: Measure): Pattern {
  const pattern = new Map<string, number>();
  for (const { events } of voices) {
    for (const { onset, notes } of events) {
      const place = onset.div(length).toFraction();
      for (const { piece, dynamic } of notes) {
        const [name, weight] = KIT[piece].played.pattern;
        const key = `${name} ${place}`;
        pattern.set(key, Math.max(pattern.get(key) ?? 0, dynamic === "ghost" ? GHOST_WEIGHT : weight));
      }
    }
  }
  return pattern;
}

/**
 * The distance of two bars: one minus the weighted Jaccard index, the sum of the smaller weights over that of the larger.
 *
 * @returns 0 for equal patterns, 1 for patterns that share nothing
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
