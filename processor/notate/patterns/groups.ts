import type { BarEvidence } from "./evidence.ts";
import { probability } from "./occurrence.ts";

/** Bars of one group are no farther than this from the bar around which the group is formed. */
const FURTHEST = 0.5;

/**
 * Groups bars that are alike: the bar with the most similar bars forms a group with all of them, then the same for the rest.
 *
 * @returns groups of at least two bars, each in order
 */
export function groupBars(bars: readonly BarEvidence[]): BarEvidence[][] {
  const near = similarBars(bars);
  const left = new Set(bars.keys());
  const groups: BarEvidence[][] = [];
  for (;;) {
    let most: number[] = [];
    for (const index of left) {
      const around = near[index]!.filter((other) => left.has(other));
      if (around.length > most.length) most = around;
    }
    if (most.length < 2) return groups;
    for (const index of most) left.delete(index);
    groups.push(most.map((index) => bars[index]!));
  }
}

/** @returns for each bar the indices of the similar ones, itself included, rising; a pickup is similar to none */
function similarBars(bars: readonly BarEvidence[]): number[][] {
  const indices = new Map<string, number>();
  for (const { places } of bars)
    for (const place of places.keys()) indices.set(place, indices.get(place) ?? indices.size);
  const vectors = bars.map(({ places }) => {
    const vector = new Float64Array(indices.size);
    for (const [place, { logOdds }] of places) vector[indices.get(place)!] = probability(logOdds);
    return vector;
  });
  const near: number[][] = bars.map(() => []);
  for (const [a, { bar }] of bars.entries()) {
    for (let b = a; b < bars.length; b++) {
      const other = bars[b]!.bar;
      const comparable = a === b || (bar.ticks === other.ticks && !bar.pickup && !other.pickup);
      if (!comparable || distance(vectors[a]!, vectors[b]!) > FURTHEST) continue;
      near[a]!.push(b);
      if (a !== b) near[b]!.push(a);
    }
  }
  return near.map((list) => list.toSorted((x, y) => x - y));
}

/** @returns the expected share of the hits of two bars that do not match, 0..1 */
function distance(a: Float64Array, b: Float64Array): number {
  let different = 0;
  let all = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y && x === 0) continue;
    different += Math.abs(x - y);
    all += Math.max(x, y);
  }
  return all === 0 ? 0 : different / all;
}
