import type { Hit } from "@groovesheet/jobs/performance.ts";
import { median } from "@groovesheet/processor/numeric/median.ts";
import { type Assigned, assignPlaces, type BeatDivision, type Model, PLACES, type Swing, sounding } from "./assign.ts";

export interface Placed {
  /** 24ths from the first beat, one for each hit, swing resolved to triplets */
  readonly places: readonly number[];
  readonly model: Model;
  /** negative log-likelihood, nats */
  readonly cost: number;
}

/** Swing hypotheses to start from. */
export const SWINGS: readonly (Swing | undefined)[] = [
  undefined,
  { unit: "eighth", ratio: 0.64 },
  { unit: "16th", ratio: 0.62 },
];

/** Straight and triplet quarters, each with its usual and its rare places. */
const DIVISIONS = [
  { usual: [0, 6, 12, 18], rare: [3, 9, 15, 21] },
  { usual: [0, 8, 16], rare: [4, 12, 20] },
] as const;
/** Prior counts of hits at each place. */
const USUAL_BEFORE = 1;
const RARE_BEFORE = 0.1;
/** Prior counts of quarters for each division; straight is the default. */
const DIVISION_BEFORE = [2, 0.5] as const;
/** Nats: the cost of a performance that is not straight. */
const SWUNG = 6;
/** A lower ratio is straight, a higher one is a dotted rhythm. */
const SWING_RANGE = [0.57, 0.72] as const;
const ROUNDS = 12;
/** Seconds: the largest offset of a whole performance. */
const LARGEST_OFFSET = 0.045;
/** Quarters on either side over which the offset from the click is measured, and the hits needed for it. */
const OFFSET_REACH = 8;
const OFFSET_HITS = 12;
/** Seconds: spread of the hits about their places, initial and minimum. */
const FIRST_SPREAD = 0.02;
const LEAST_SPREAD = 0.008;

/**
 * Hard expectation-maximisation: fits places to the model and the model to the places until neither changes.
 *
 * @param hits in order of time, without ornaments
 * @param quarter seconds
 */
export function placeAll(hits: readonly Hit[], quarter: number, swing?: Swing): Placed {
  const times = hits.map((hit) => hit.time);
  const offset = constantOffset(times, quarter);
  let model: Model = { divisions: learn([], []), swing, spread: FIRST_SPREAD, offsets: times.map(() => offset) };
  let assigned = assignPlaces(hits, quarter, model);
  for (let round = 0; round < ROUNDS; round++) {
    model = refine(times, quarter, assigned, model);
    const next = assignPlaces(hits, quarter, model);
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

/** Whether off-beats are clearly late in most quarters; otherwise triplets describe the rhythm better. */
function isSwung({ swing, divisions }: Model): boolean {
  return swing!.ratio > SWING_RANGE[0] && divisions[0]!.quarters > divisions[1]!.quarters;
}

function refine(times: readonly number[], quarter: number, { places, quarters }: Assigned, before: Model): Model {
  const late = times.map((time, index) => time - (sounding(places[index]!, before.swing) * quarter) / PLACES);
  const offsets = localOffsets(times, late, quarter);
  const errors = late.map((value, index) => Math.abs(value - offsets[index]!));
  const at = times.map((time, index) => ((time - offsets[index]!) / quarter) * PLACES);
  return {
    divisions: learn(quarters, places),
    swing: before.swing && measure(at, places, quarters, before.swing),
    spread: Math.max(LEAST_SPREAD, 1.4826 * median(errors)),
    offsets,
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

/** The offset at which most hits lie near a sixteenth or a triplet, with most weight on the beat. */
function constantOffset(times: readonly number[], quarter: number): number {
  const weights = [[0, 1], [24, 1], [12, 0.9], [6, 0.7], [18, 0.7], [8, 0.4], [16, 0.4]] as const; // biome-ignore format: a table
  let best = 0;
  let bestScore = 0;
  for (let offset = -LARGEST_OFFSET; offset <= LARGEST_OFFSET; offset += 0.002) {
    let score = 0;
    for (const time of times) {
      const phase = (((time - offset) / quarter) * PLACES) % PLACES;
      for (const [place, weight] of weights) {
        const error = (((phase - place) / PLACES) * quarter) / FIRST_SPREAD;
        score += weight * Math.exp(-0.5 * error * error);
      }
    }
    score *= 1 - Math.abs(offset); // the smallest of equal offsets
    if (score > bestScore) {
      best = offset;
      bestScore = score;
    }
  }
  return best;
}

function localOffsets(times: readonly number[], late: readonly number[], quarter: number): number[] {
  const overall = median(late);
  let from = 0;
  let to = 0;
  return times.map((time) => {
    while (times[from]! < time - OFFSET_REACH * quarter) from++;
    while (to < times.length && times[to]! <= time + OFFSET_REACH * quarter) to++;
    return to - from >= OFFSET_HITS ? median(late.slice(from, to)) : overall;
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
