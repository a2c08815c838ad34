import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { groupBy } from "./group-by.ts";

/** Places in a quarter. */
export const PLACES = 24;
/** Nats: the cost of two hits of one drum on one place. */
const DOUBLED = 8;

/** Which notes of a performance swing, and where in their pair (0.5 to 0.75) the second one lies. */
export interface Swing {
  readonly unit: "eighth" | "16th";
  readonly ratio: number;
}

/** How a performance uses the places of a quarter. Places are 24ths: a 16th is 6 of them, a 32nd 3, a triplet eighth 8. */
export interface Model {
  readonly divisions: readonly BeatDivision[];
  readonly swing: Swing | undefined;
  /** seconds: standard deviation of the hits about their places */
  readonly spread: number;
  /** seconds by which the hits around each hit lie behind the click */
  readonly offsets: readonly number[];
}

/** One way of dividing quarters: each place's share of the hits, and the number of quarters divided this way. */
export interface BeatDivision {
  readonly shares: ReadonlyMap<number, number>;
  readonly quarters: number;
}

export interface Assigned {
  readonly places: readonly number[];
  /** the division of each quarter; a hole where nothing is played */
  readonly quarters: readonly (number | undefined)[];
  readonly cost: number;
}

/** Divides each quarter in the likelier way; the hits of one drum go to different places, in order. */
export function assignPlaces(
  hits: readonly Hit[],
  quarter: number,
  { divisions, spread, offsets, swing }: Model,
): Assigned {
  const at = hits.map((hit, index) => ((hit.time - offsets[index]!) / quarter) * PLACES);
  const deviation = (spread / quarter) * PLACES;
  const all = divisions.reduce((sum, division) => sum + division.quarters, 0);
  const places: number[] = new Array(hits.length);
  const quarters: (number | undefined)[] = [];
  let sum = 0;
  for (const [beat, indices] of groupBy([...hits.keys()], (index) => beatOf(at[index]!))) {
    let least = Number.POSITIVE_INFINITY;
    for (const [number, { shares, quarters: share }] of divisions.entries()) {
      const nats = (place: number, x: number) => {
        const target = number === 0 ? sounding(place, swing) : place;
        return 0.5 * ((x - target) / deviation) ** 2 + Math.log(deviation) - Math.log(shares.get(place % PLACES)!);
      };
      const lines = [...groupBy(indices, (index): Piece => hits[index]!.piece).values()].map((own) => ({
        own,
        ...cheapestLine(
          own.map((index) => at[index]! - beat * PLACES),
          [...shares.keys(), PLACES].toSorted((a, b) => a - b),
          nats,
        ),
      }));
      const cost = lines.reduce((a, line) => a + line.cost, -Math.log(share / all));
      if (cost >= least) continue;
      least = cost;
      quarters[beat] = number;
      for (const { own, chosen } of lines)
        for (const [i, index] of own.entries()) places[index] = beat * PLACES + chosen[i]!;
    }
    sum += least;
  }
  return { places, quarters, cost: sum };
}

/** A hit up to half a 32nd early belongs to the next beat. */
function beatOf(at: number): number {
  return Math.max(0, Math.floor((at + 1.5) / PLACES));
}

/** Rising places for the hits of one drum; using a place twice has a cost. */
function cheapestLine(xs: readonly number[], places: readonly number[], nats: (place: number, x: number) => number) {
  let costs: number[] = [];
  const from: number[][] = [];
  for (const [i, x] of xs.entries()) {
    const back: number[] = [];
    costs = places.map((place, p) => {
      let best = i === 0 ? 0 : Number.POSITIVE_INFINITY;
      for (let q = 0; i > 0 && q <= p; q++) {
        const cost = costs[q]! + (q === p ? DOUBLED : 0);
        if (cost < best) {
          best = cost;
          back[p] = q;
        }
      }
      return best + nats(place, x);
    });
    from.push(back);
  }
  const cost = Math.min(...costs);
  let p = costs.indexOf(cost);
  const chosen: number[] = [];
  for (let i = xs.length - 1; i >= 0; i--) {
    chosen.unshift(places[p]!);
    p = from[i]![p]!;
  }
  return { cost, chosen };
}

/** @returns the place at which a note written straight sounds */
export function sounding(place: number, swing: Swing | undefined): number {
  if (swing === undefined) return place;
  const pair = swing.unit === "eighth" ? PLACES : PLACES / 2;
  return place % pair === pair / 2 ? place - pair / 2 + pair * swing.ratio : place;
}
