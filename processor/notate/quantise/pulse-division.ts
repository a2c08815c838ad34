import type { Swing } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";
import { type Onset, sameSurface } from "./onsets.ts";
import type { Family, Priors } from "./priors.ts";
import { sounding, TRIPLET_SWING } from "./swing.ts";

/** One way to divide a pulse, with a place for every onset in it. */
export interface PulseDivision {
  /** `plain` where all onsets fall on the pulse or the next one */
  readonly family: Family | "plain";
  /** ticks from the pulse, one for each onset; the pulse's own length is the start of the next pulse */
  readonly places: readonly number[];
  /** nats */
  readonly cost: number;
}

/** What decides the places of a song's strokes. */
export interface TimingModel {
  readonly priors: Priors;
  readonly swing: Swing | undefined;
  /** whether the user's options allow a place */
  readonly allows: (family: Family, place: number) => boolean;
}

/** The cost of an error stops growing at this many deviations, so that one stray stroke does not choose a grid. */
const FURTHEST = 3.5;
/** Natural logarithm of how much denser played strokes are at their places than false detections, which may be anywhere. */
const DENSITY = 2.6;
/** Nats: what a large error costs at least, so that even an improbable stroke prefers the nearest place. */
const LEAST_ERROR_COST = 0.5;
/** Nats: two onsets of different drums on one place, and of one drum, where one of them cannot be written. */
const APART_COST = 0.3;
const LOST_COST = 7;
/** Nats: an isolated 32nd or sixteenth of a triplet, mostly a late or early stroke. */
const ISOLATED_COST = 1.5;
/** Nats: a sixteenth where eighths swing, mostly a triplet. */
const IN_SHUFFLE_COST = 3;

/** The places of one family and one fineness, in order of time. */
export interface CandidateGrid {
  readonly family: Family;
  /** ticks from one place to the next */
  readonly step: number;
  readonly targets: readonly Target[];
  /** nats for a pulse with this division */
  readonly rarity: number;
}

interface Target {
  readonly place: number;
  /** ticks from the pulse: a stroke is in time from here, */
  readonly from: number;
  /** to here */
  readonly to: number;
  /** nats */
  readonly cost: number;
}

/**
 * @param ticks of a pulse on paper
 * @param spread of the strokes around their places, ticks
 * @returns the grids that may divide a pulse of the song
 */
export function candidateGrids(ticks: number, spread: number, { priors, swing, allows }: TimingModel): CandidateGrid[] {
  const onPulse = -Math.log(priors.onPulse);
  const ends = [
    { place: 0, from: 0, to: 0, cost: onPulse },
    { place: ticks, from: ticks, to: ticks, cost: onPulse },
  ];
  const candidateGrid = (family: Family, step: number): CandidateGrid => {
    const inside = [...priors.places[family]]
      .filter(([place]) => place % step === 0 && allows(family, place))
      .map(([place, share]) => {
        const [from, to] = family === "straight" ? stretch(place, ticks, swing) : [place, place];
        const cost = Math.log(1 + (to - from) / (2.5 * spread)) - Math.log((1 - priors.onPulse) * share);
        return { place, from, to, cost };
      });
    return {
      family,
      step,
      targets: [...ends, ...inside].toSorted((a, b) => a.from - b.from),
      rarity: -Math.log(family === "triplet" ? priors.triplets : 1 - priors.triplets),
    };
  };
  return [
    candidateGrid("straight", EIGHTH / 2),
    ...(swing?.unit === "eighth" ? [] : [candidateGrid("straight", EIGHTH / 4)]), // nobody plays straight 32nds in a shuffle
    ...(priors.triplets > 0 ? [candidateGrid("triplet", QUARTER / 3), candidateGrid("triplet", QUARTER / 6)] : []),
  ];
}

/**
 * The likeliest divisions of one pulse: for each grid, with and without the last onset on the next pulse.
 *
 * @param at ticks from the pulse to each onset, rising
 * @param ticks of the pulse
 * @param spread of the strokes around their places, ticks
 */
export function divide(
  onsets: readonly Onset[],
  at: readonly number[],
  ticks: number,
  spread: number,
  grids: readonly CandidateGrid[],
  swing: Swing | undefined,
): PulseDivision[] {
  if (onsets.length === 0) return [{ family: "plain", places: [], cost: 0 }];
  const crowd = onsets.length * Math.log(spread / ticks);
  return grids.flatMap(({ family, step, targets, rarity }) =>
    cheapestLines(onsets, at, targets, spread).map(({ places, cost }): PulseDivision => {
      const isPlain = places.every((place) => place % ticks === 0);
      const effort = effortOf(places, step, ticks, swing);
      return { family: isPlain ? "plain" : family, places, cost: cost + crowd + (isPlain ? 0 : rarity) + effort };
    }),
  );
}

/** The range in which a note sounds: for a swung eighth, from this song's own place to the last third. */
function stretch(place: number, ticks: number, swing: Swing | undefined): [number, number] {
  const heard = sounding(place, ticks, swing);
  if (heard === place || swing?.unit !== "eighth") return [heard, heard];
  const third = sounding(place, ticks, { ...swing, ratio: TRIPLET_SWING });
  return [Math.min(heard, third), Math.max(heard, third)];
}

/** Nats for places that only the finest notes use and that have no neighbour on either side; in a shuffle, for all of them. */
function effortOf(places: readonly number[], step: number, ticks: number, swing: Swing | undefined): number {
  const shuffled = swing?.unit === "eighth" && step === EIGHTH / 2;
  if (step === QUARTER / 3 || (step === EIGHTH / 2 && !shuffled)) return 0;
  const isFine = (place: number) => place % (2 * step) !== 0 && place % ticks !== 0;
  const isAlone = (place: number) => shuffled || !(places.includes(place - step) || places.includes(place + step));
  return (
    (shuffled ? IN_SHUFFLE_COST : ISOLATED_COST) * places.filter((place) => isFine(place) && isAlone(place)).length
  );
}

/** Assigns onsets to targets in order: the cheapest way that ends on the last target, and the cheapest that does not. */
function cheapestLines(
  onsets: readonly Onset[],
  at: readonly number[],
  targets: readonly Target[],
  spread: number,
): { places: number[]; cost: number }[] {
  let costs: number[] = [];
  const from: number[][] = [];
  for (const [i, x] of at.entries()) {
    const limit = mostFor(onsets[i]!);
    const again = i > 0 ? clash(onsets[i - 1]!, onsets[i]!) : 0;
    const back: number[] = [];
    let best = i === 0 ? 0 : Number.POSITIVE_INFINITY;
    let bestFrom = -1;
    const before = costs;
    costs = targets.map(({ from: early, to: late, cost }, t) => {
      const stay = i === 0 ? Number.POSITIVE_INFINITY : before[t]! + again;
      const way = Math.min(best, stay);
      back[t] = stay < best ? t : bestFrom;
      if (i > 0 && before[t]! < best) {
        best = before[t]!;
        bestFrom = t;
      }
      const error = Math.max(0, early - x, x - late) / spread;
      return way + cost + Math.min(limit, 0.5 * error * error);
    });
    from.push(back);
  }
  const last = targets.length - 1;
  const open = costs.slice(0, last);
  return [last, open.indexOf(Math.min(...open))].map((end) => {
    const places: number[] = [];
    let t = end;
    for (let i = at.length - 1; i >= 0; i--) {
      places.unshift(targets[t]!.place);
      t = from[i]![t]!;
    }
    return { places, cost: costs[end]! };
  });
}

/** @returns the greatest cost of an onset's error, nats: the likelier a false detection, the lower it is */
function mostFor({ confidence }: Onset): number {
  const doubted = Math.log(confidence / (1 - confidence)) + DENSITY;
  return Math.min(0.5 * FURTHEST * FURTHEST, Math.max(LEAST_ERROR_COST, doubted));
}

/** @returns the cost of writing two onsets on one place, nats */
export function clash(a: Onset, b: Onset): number {
  return a.strokes.some((x) => b.strokes.some((y) => sameSurface(x.hit.piece, y.hit.piece))) ? LOST_COST : APART_COST;
}
