import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { median } from "@groovesheet/processor/median.ts";

/** Which notes of a performance swing, and where in their pair (0.5 to 0.75) the second one lies. */
export interface Swing {
  readonly unit: "eighth" | "16th";
  readonly ratio: number;
}

/** How a performance uses the places of a quarter. Places are 24ths: 16ths are 6 of them, 32nds 3, triplets 8. */
export interface Model {
  readonly divisions: readonly BeatDivision[];
  readonly swing: Swing | undefined;
  /** seconds: standard deviation of the strokes about their places */
  readonly spread: number;
  /** seconds by which each stroke's surroundings lie behind the click */
  readonly lags: readonly number[];
}

/** One way of dividing quarters: each place's share of the strokes, and how many quarters are divided so. */
interface BeatDivision {
  readonly shares: ReadonlyMap<number, number>;
  readonly quarters: number;
}

export interface Placed {
  /** 24ths from the first beat, one for each hit, swing resolved to triplets */
  readonly places: readonly number[];
  readonly model: Model;
  /** negative log-likelihood, nats */
  readonly cost: number;
}

export const PLACES = 24;
/** Hypotheses with which the search begins. */
export const swings: readonly (Swing | undefined)[] = [
  undefined,
  { unit: "eighth", ratio: 0.64 },
  { unit: "16th", ratio: 0.62 },
];

/** Straight and triplet quarters, each with its usual and its rare places. */
const DIVISIONS = [
  { usual: [0, 6, 12, 18], rare: [3, 9, 15, 21] },
  { usual: [0, 8, 16], rare: [4, 12, 20] },
] as const;
/** Strokes that each place has before any is counted. */
const USUAL_BEFORE = 1;
const RARE_BEFORE = 0.1;
/** Quarters that each division has before any is counted: that one is not straight is to be shown by the strokes. */
const DIVISION_BEFORE = [2, 0.5] as const;
/** Nats: two strokes of one drum on one place, and a performance that is not straight. */
const DOUBLED = 8;
const SWUNG = 6;
/** What is played straighter is not swing, what is played wider is a dotted rhythm. */
const SWING_RANGE = [0.57, 0.72] as const;
const ROUNDS = 12;
/** Seconds: the longest lag of a whole performance. */
const LONGEST_LAG = 0.045;
/** Quarters on either side over which the player's lag behind the click is measured, and the strokes needed. */
const LAG_REACH = 8;
const LAG_STROKES = 12;
/** Seconds: the spread of strokes about their places, at first and at least. */
const FIRST_SPREAD = 0.02;
const LEAST_SPREAD = 0.008;

/**
 * Hard expectation and maximisation: places by the model, the model by the places, until both stay.
 * @param hits in the order of time, none an ornament
 * @param quarter seconds
 */
export function placeAll(hits: readonly Hit[], quarter: number, swing?: Swing): Placed {
  const times = hits.map((hit) => hit.time);
  const lag = constantLag(times, quarter);
  let model: Model = { divisions: learn([], []), swing, spread: FIRST_SPREAD, lags: times.map(() => lag) };
  let assigned = assign(hits, quarter, model);
  for (let round = 0; round < ROUNDS; round++) {
    model = refine(times, quarter, assigned, model);
    const next = assign(hits, quarter, model);
    const stays = next.places.every((place, index) => place === assigned.places[index]);
    assigned = next;
    if (stays) break;
  }
  return {
    places: assigned.places.map((place) =>
      Math.round(sounding(place, model.swing && { ...model.swing, ratio: 2 / 3 })),
    ),
    model,
    cost: swing === undefined || isSwung(model) ? assigned.cost + (swing ? SWUNG : 0) : Number.POSITIVE_INFINITY,
  };
}

/** Clearly late, and in most quarters: elsewhere the triplets say it better. */
function isSwung({ swing, divisions }: Model): boolean {
  return swing!.ratio > SWING_RANGE[0] && divisions[0]!.quarters > divisions[1]!.quarters;
}

/** @returns where a place written straight sounds */
export function sounding(place: number, swing: Swing | undefined): number {
  if (swing === undefined) return place;
  const pair = swing.unit === "eighth" ? PLACES : PLACES / 2;
  return place % pair === pair / 2 ? place - pair / 2 + pair * swing.ratio : place;
}

function refine(times: readonly number[], quarter: number, { places, quarters }: Assigned, before: Model): Model {
  const late = times.map((time, index) => time - (sounding(places[index]!, before.swing) * quarter) / PLACES);
  const lags = localLags(times, late, quarter);
  const errors = late.map((value, index) => Math.abs(value - lags[index]!));
  const at = times.map((time, index) => ((time - lags[index]!) / quarter) * PLACES);
  return {
    divisions: learn(quarters, places),
    swing: before.swing && measure(at, places, quarters, before.swing),
    spread: Math.max(LEAST_SPREAD, 1.4826 * median(errors)),
    lags,
  };
}

function measure(
  at: readonly number[],
  places: readonly number[],
  quarters: Assigned["quarters"],
  swing: Swing,
): Swing {
  const pair = swing.unit === "eighth" ? PLACES : PLACES / 2;
  const ratios = places.flatMap((place, index) => {
    const straight = quarters[Math.floor(place / PLACES)] === 0;
    return straight && place % pair === pair / 2 ? [(at[index]! - place) / pair + 0.5] : [];
  });
  const ratio = ratios.length > 0 ? median(ratios) : swing.ratio;
  return { ...swing, ratio: Math.min(SWING_RANGE[1], Math.max(SWING_RANGE[0], ratio)) };
}

/** The lag at which most strokes lie near a sixteenth or a triplet, the beat before all. */
function constantLag(times: readonly number[], quarter: number): number {
  const weights = [[0, 1], [24, 1], [12, 0.9], [6, 0.7], [18, 0.7], [8, 0.4], [16, 0.4]] as const; // biome-ignore format: a table
  let best = 0;
  let bestScore = 0;
  for (let lag = -LONGEST_LAG; lag <= LONGEST_LAG; lag += 0.002) {
    let score = 0;
    for (const time of times) {
      const phase = (((time - lag) / quarter) * PLACES) % PLACES;
      for (const [place, weight] of weights) {
        const error = (((phase - place) / PLACES) * quarter) / FIRST_SPREAD;
        score += weight * Math.exp(-0.5 * error * error);
      }
    }
    score *= 1 - Math.abs(lag); // of equal ones the smallest
    if (score > bestScore) {
      best = lag;
      bestScore = score;
    }
  }
  return best;
}

function localLags(times: readonly number[], late: readonly number[], quarter: number): number[] {
  const overall = median(late);
  let from = 0;
  let to = 0;
  return times.map((time) => {
    while (times[from]! < time - LAG_REACH * quarter) from++;
    while (to < times.length && times[to]! <= time + LAG_REACH * quarter) to++;
    return to - from >= LAG_STROKES ? median(late.slice(from, to)) : overall;
  });
}

function learn(quarters: Assigned["quarters"], places: readonly number[]): BeatDivision[] {
  return DIVISIONS.map(({ usual, rare }, number) => {
    const counts = new Map<number, number>([
      ...usual.map((place) => [place, USUAL_BEFORE] as const),
      ...rare.map((place) => [place, RARE_BEFORE] as const),
    ]);
    for (const place of places) {
      const inside = place % PLACES;
      const own = quarters[Math.floor(place / PLACES)] ?? 0;
      if (own === number && counts.has(inside)) counts.set(inside, counts.get(inside)! + 1);
    }
    const total = [...counts.values()].reduce((a, b) => a + b, 0);
    const shares = new Map([...counts].map(([place, count]) => [place, count / total]));
    return { shares, quarters: DIVISION_BEFORE[number]! + quarters.filter((value) => value === number).length };
  });
}

interface Assigned {
  readonly places: readonly number[];
  /** the division of each quarter; a hole where nothing is played */
  readonly quarters: readonly (number | undefined)[];
  readonly cost: number;
}

/** Each quarter is divided in the likelier way; each drum's strokes in it go to different places, in their order. */
function assign(hits: readonly Hit[], quarter: number, { divisions, spread, lags, swing }: Model): Assigned {
  const at = hits.map((hit, index) => ((hit.time - lags[index]!) / quarter) * PLACES);
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

/** Half a 32nd early belongs to the next beat. */
function beatOf(at: number): number {
  return Math.max(0, Math.floor((at + 1.5) / PLACES));
}

/** @returns the items by key, in their order */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Places for one drum's strokes, rising; the same place twice costs. */
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
