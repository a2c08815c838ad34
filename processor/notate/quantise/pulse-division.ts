import type { Swing } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";
import { type Onset, sameSurface } from "./onsets.ts";
import type { Family, Habits } from "./priors.ts";
import { sounding, TRIPLET_SWING } from "./swing.ts";

/** One way of dividing a pulse, with a place for every onset in it. */
export interface Division {
  /** `plain` where all onsets fall on the pulse or the next one */
  readonly family: Family | "plain";
  /** ticks from the pulse, one for each onset; the pulse's own length is the start of the next pulse */
  readonly places: readonly number[];
  /** nats */
  readonly cost: number;
}

/** What a song's strokes are placed by. */
export interface Model {
  readonly habits: Habits;
  readonly swing: Swing | undefined;
  /** whether a place may be used, as the person wishes */
  readonly allows: (family: Family, place: number) => boolean;
}

/** An error beyond this many deviations costs no more: one stray stroke does not choose a grid. */
const furthest = 3.5;
/** Natural logarithm: how much denser strokes lie at their places than those that were heard and not played, which lie anywhere. */
const density = 2.6;
/** Nats: strokes of different drums on one place but not together, and of one drum, of which one cannot be written. */
const apart = 0.3;
const lost = 7;
/** Nats: a 32nd, or a sixteenth of a triplet, beside which there is none: a late or early stroke, mostly. */
const alone = 1.5;
/** Nats: a sixteenth where eighths swing: a triplet, mostly. */
const inShuffle = 3;

/** One family of places at one fineness, in the order in which they sound. */
export interface Ladder {
  readonly family: Family;
  /** ticks from one place to the next */
  readonly step: number;
  readonly targets: readonly Target[];
  /** nats for a pulse that is divided so */
  readonly rarity: number;
}

interface Target {
  readonly place: number;
  /** ticks from the pulse: a stroke is in time from here … */
  readonly from: number;
  /** … to here */
  readonly to: number;
  /** nats */
  readonly cost: number;
}

/**
 * @param ticks of a pulse on paper
 * @param spread of the strokes about their places, ticks
 * @returns the ladders of places that a pulse of the song may have
 */
export function layLadders(ticks: number, spread: number, { habits, swing, allows }: Model): Ladder[] {
  const onPulse = -Math.log(habits.onPulse);
  const ends = [
    { place: 0, from: 0, to: 0, cost: onPulse },
    { place: ticks, from: ticks, to: ticks, cost: onPulse },
  ];
  const ladder = (family: Family, step: number): Ladder => {
    const inside = [...habits.places[family]]
      .filter(([place]) => place % step === 0 && allows(family, place))
      .map(([place, share]) => {
        const [from, to] = family === "straight" ? stretch(place, ticks, swing) : [place, place];
        const cost = Math.log(1 + (to - from) / (2.5 * spread)) - Math.log((1 - habits.onPulse) * share);
        return { place, from, to, cost };
      });
    return {
      family,
      step,
      targets: [...ends, ...inside].toSorted((a, b) => a.from - b.from),
      rarity: -Math.log(family === "triplet" ? habits.triplets : 1 - habits.triplets),
    };
  };
  return [
    ladder("straight", EIGHTH / 2),
    ...(swing?.unit === "eighth" ? [] : [ladder("straight", EIGHTH / 4)]), // nobody plays straight 32nds in a shuffle
    ...(habits.triplets > 0 ? [ladder("triplet", QUARTER / 3), ladder("triplet", QUARTER / 6)] : []),
  ];
}

/**
 * The likeliest divisions of one pulse: by each ladder, with the last onset on the next pulse and not.
 * @param at ticks from the pulse to each onset, rising
 * @param ticks of the pulse
 * @param spread of the strokes about their places, ticks
 */
export function divide(
  onsets: readonly Onset[],
  at: readonly number[],
  ticks: number,
  spread: number,
  ladders: readonly Ladder[],
  swing: Swing | undefined,
): Division[] {
  if (onsets.length === 0) return [{ family: "plain", places: [], cost: 0 }];
  const crowd = onsets.length * Math.log(spread / ticks);
  return ladders.flatMap(({ family, step, targets, rarity }) =>
    cheapestLines(onsets, at, targets, spread).map(({ places, cost }): Division => {
      const isPlain = places.every((place) => place % ticks === 0);
      const effort = effortOf(places, step, ticks, swing);
      return { family: isPlain ? "plain" : family, places, cost: cost + crowd + (isPlain ? 0 : rarity) + effort };
    }),
  );
}

/** From where to where a note sounds: an eighth that swings, from where this song's do on to the last third. */
function stretch(place: number, ticks: number, swing: Swing | undefined): [number, number] {
  const heard = sounding(place, ticks, swing);
  if (heard === place || swing?.unit !== "eighth") return [heard, heard];
  const third = sounding(place, ticks, { ...swing, ratio: TRIPLET_SWING });
  return [Math.min(heard, third), Math.max(heard, third)];
}

/** Nats for places that only the finest notes have, and that have no neighbour on either side; in a shuffle, for any. */
function effortOf(places: readonly number[], step: number, ticks: number, swing: Swing | undefined): number {
  const shuffled = swing?.unit === "eighth" && step === EIGHTH / 2;
  if (step === QUARTER / 3 || (step === EIGHTH / 2 && !shuffled)) return 0;
  const isFine = (place: number) => place % (2 * step) !== 0 && place % ticks !== 0;
  const isAlone = (place: number) => shuffled || !(places.includes(place - step) || places.includes(place + step));
  return (shuffled ? inShuffle : alone) * places.filter((place) => isFine(place) && isAlone(place)).length;
}

/** Onsets go to targets in order: the cheapest way that ends on the last target, and the cheapest that does not. */
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

/** @returns the most, in nats, that an onset's error costs: the less, the likelier it is that nobody played it */
function mostFor({ confidence }: Onset): number {
  const doubted = Math.log(confidence / (1 - confidence)) + density;
  return Math.min(0.5 * furthest * furthest, Math.max(0, doubted));
}

/** @returns what it costs, in nats, to write two onsets on one place */
export function clash(a: Onset, b: Onset): number {
  return a.strokes.some((x) => b.strokes.some((y) => sameSurface(x.hit.piece, y.hit.piece))) ? lost : apart;
}
