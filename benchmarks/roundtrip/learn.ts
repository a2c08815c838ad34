import { PLACES } from "./assign.ts";
import { increment } from "./compare.ts";
import { groupBy } from "./group-by.ts";
import type { Intentions } from "./intention.ts";
import { TICKS, unswung } from "./quantisers.ts";

/** Contents of `processor/notate/quantise/priors.ts`, learned from performances and their intentions. */
export interface LearnedPriors {
  readonly onPulse: number;
  readonly places: Readonly<Record<"straight" | "triplet", Readonly<Record<number, number>>>>;
  readonly triplets: number;
}

/**
 * Measures how drummers use the places of a quarter, as shares rounded to thousandths.
 *
 * @param performances all straight, or all shuffles
 */
export function learnPriors(performances: readonly Intentions[]): LearnedPriors {
  const counts = { straight: new Map<string, number>(), triplet: new Map<string, number>() };
  const sum = { all: 0, onPulse: 0, divided: 0, triplets: 0 };
  for (const { all, swing } of performances) {
    const notes = all.filter(({ kind }) => kind === "note");
    for (const together of groupBy(notes, ({ place }) => Math.floor(place / PLACES)).values()) {
      const sounding = together.map(({ place }) => place % PLACES);
      const places = swing ? sounding.map((place) => unswung(place, new Set(sounding), swing)) : sounding;
      const inside = places.filter((place) => place > 0);
      sum.all += places.length;
      sum.onPulse += places.length - inside.length;
      if (inside.length === 0) continue;
      const isTriplet = inside.some((place) => place % 3 !== 0);
      sum.divided++;
      if (isTriplet) sum.triplets++;
      for (const place of inside) increment(counts[isTriplet ? "triplet" : "straight"], `${place * TICKS}`);
    }
  }
  return {
    onPulse: round(sum.onPulse / sum.all),
    places: { straight: shares(counts.straight), triplet: shares(counts.triplet) },
    triplets: round(sum.triplets / sum.divided),
  };
}

/** Prints the priors of the shuffles and of all other performances. */
export function printPriors(all: readonly Intentions[]): void {
  const isShuffle = ({ swing }: Intentions) => swing?.unit === "eighth";
  console.log("quarters", JSON.stringify(learnPriors(all.filter((one) => !isShuffle(one))), null, 2));
  console.log("shuffles", JSON.stringify(learnPriors(all.filter(isShuffle)), null, 2));
}

function shares(counts: ReadonlyMap<string, number>): Record<number, number> {
  const all = [...counts.values()].reduce((a, b) => a + b, 0);
  return Object.fromEntries([...counts].map(([place, times]) => [place, round(times / all)]));
}

function round(share: number): number {
  return Math.round(1000 * share) / 1000;
}
