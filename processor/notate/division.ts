import type { Swing } from "../score.ts";
import type { Family, Habits } from "./habits.ts";
import { type Onset, sameSurface } from "./onsets.ts";
import { sounding, TRIPLET_SWING } from "./swing.ts";
import { EIGHTH, QUARTER } from "./ticks.ts";

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
/** Nats: strokes of different drums on one place but not together, and of one drum, of which one cannot be written. */
const apart = 0.3;
const lost = 7;
/** Nats: a 32nd, or a sixteenth of a triplet, beside which there is none: a late or early stroke, mostly. */
const alone = 1.5;

/**
 * The likeliest divisions of one pulse: plain, straight and in three, each with the last onset on the next pulse and not.
 * @param phases seconds from the pulse to each onset, rising
 * @param duration of the pulse, seconds; `ticks` its length on paper
 */
export function divide(
  onsets: readonly Onset[],
  phases: readonly number[],
  { duration, ticks }: { readonly duration: number; readonly ticks: number },
  { habits, swing, allows }: Model,
): Division[] {
  if (onsets.length === 0) return [{ family: "plain", places: [], cost: 0 }];
  const density = Math.log(habits.spread / duration);
  const onPulse = density - Math.log(habits.onPulse);
  const ends = [
    { place: 0, from: 0, to: 0, cost: onPulse },
    { place: ticks, from: duration, to: duration, cost: onPulse },
  ];
  const line = (family: Family, step: number): Division[] => {
    const inside = [...habits.places[family]]
      .filter(([place]) => place % step === 0 && allows(family, place))
      .map(([place, share]) => {
        const [from, to] = family === "straight" ? stretch(place, ticks, swing) : [place, place];
        const width = ((to - from) / ticks) * duration;
        const cost = density + Math.log(1 + width / (2.5 * habits.spread)) - Math.log((1 - habits.onPulse) * share);
        return { place, from: (from / ticks) * duration, to: (to / ticks) * duration, cost };
      });
    const rarity = -Math.log(family === "triplet" ? habits.triplets : 1 - habits.triplets);
    const targets = [...ends, ...inside].toSorted((a, b) => a.from - b.from);
    return cheapestLines(onsets, phases, targets, habits.spread).map(({ places, cost }) => {
      const isPlain = places.every((place) => place % ticks === 0);
      const effort = alone * countAlone(places, step, ticks, swing);
      return { family: isPlain ? "plain" : family, places, cost: cost + (isPlain ? 0 : rarity) + effort };
    });
  };
  return [
    ...line("straight", EIGHTH / 2),
    ...line("straight", EIGHTH / 4),
    ...(habits.triplets > 0 ? [...line("triplet", QUARTER / 3), ...line("triplet", QUARTER / 6)] : []),
  ];
}

/** From where to where a note sounds: an eighth that swings, from where this song's do on to the last third. */
function stretch(place: number, ticks: number, swing: Swing | undefined): [number, number] {
  const heard = sounding(place, ticks, swing);
  if (heard === place || swing?.unit !== "eighth") return [heard, heard];
  const third = sounding(place, ticks, { ...swing, ratio: TRIPLET_SWING });
  return [Math.min(heard, third), Math.max(heard, third)];
}

/** Places that only the finest notes have, and that have no neighbour on either side; in a shuffle sixteenths, too. */
function countAlone(places: readonly number[], step: number, ticks: number, swing: Swing | undefined): number {
  if (step === EIGHTH / 2 && swing?.unit !== "eighth") return 0;
  if (step === QUARTER / 3) return 0;
  const isAlone = (place: number) =>
    place % (2 * step) !== 0 && place % ticks !== 0 && !places.includes(place - step) && !places.includes(place + step);
  return places.filter(isAlone).length;
}

interface Target {
  readonly place: number;
  /** seconds from the pulse: a stroke is in time from here … */
  readonly from: number;
  /** … to here */
  readonly to: number;
  readonly cost: number;
}

/** Onsets go to targets in order: the cheapest way that ends on the last target, and the cheapest that does not. */
function cheapestLines(
  onsets: readonly Onset[],
  phases: readonly number[],
  targets: readonly Target[],
  spread: number,
): { places: number[]; cost: number }[] {
  let costs: number[] = [];
  const from: number[][] = [];
  for (const [i, phase] of phases.entries()) {
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
      const error = Math.min(furthest, Math.max(0, early - phase, phase - late) / spread);
      return way + cost + 0.5 * error * error;
    });
    from.push(back);
  }
  const last = targets.length - 1;
  const open = costs.slice(0, last);
  return [last, open.indexOf(Math.min(...open))].map((end) => {
    const places: number[] = [];
    let t = end;
    for (let i = phases.length - 1; i >= 0; i--) {
      places.unshift(targets[t]!.place);
      t = from[i]![t]!;
    }
    return { places, cost: costs[end]! };
  });
}

/** @returns what it costs, in nats, to write two onsets on one place */
export function clash(a: Onset, b: Onset): number {
  return a.strokes.some((x) => b.strokes.some((y) => sameSurface(x.hit.piece, y.hit.piece))) ? lost : apart;
}
