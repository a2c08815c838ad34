import { median } from "../../numeric/median.ts";
import type { Swing } from "../../score.ts";
import type { Pulse } from "./bars.ts";
import { smoothOffsets } from "./microtiming.ts";
import type { Onset } from "./onsets.ts";
import type { Family, Priors } from "./priors.ts";
import type { PulseDivision } from "./pulse-division.ts";
import { pairTicks, sounding } from "./swing.ts";

/** Weight of the priors, in strokes, pulses and strokes. */
const PRIOR_STROKES = 12;
const PRIOR_PULSES = 8;
const PRIOR_SPREADS = 20;
/** Seconds; detection is no more exact. */
const LEAST_SPREAD = 0.008;
/** A greater ratio is a dotted rhythm. */
const WIDEST_SWING = 0.72;

/** The distributions of one song for given places of its strokes. */
export interface Learned {
  readonly priors: Priors;
  readonly swing: Swing | undefined;
  /** seconds by which the strokes around each pulse are late */
  readonly offsets: readonly number[];
}

/**
 * Learns a song's own distributions from the current places of its strokes.
 *
 * @param usual the priors, which prevail where the song has few strokes
 */
export function learnFrom(
  pulses: readonly Pulse[],
  groups: readonly (readonly Onset[])[],
  divisions: readonly PulseDivision[],
  swing: Swing | undefined,
  usual: Priors,
): Learned {
  const late = groups.map((onsets, index) => {
    const { time, duration, ticks } = pulses[index]!;
    const { family, places } = divisions[index]!;
    return onsets.map((onset, i) => {
      const heard = family === "straight" ? sounding(places[i]!, ticks, swing) : places[i]!;
      return onset.time - time - (heard / ticks) * duration;
    });
  });
  const offsets = smoothOffsets(pulses, late);
  const errors = late.flatMap((values, index) => values.map((value) => Math.abs(value - offsets[index]!)));
  const spread =
    (errors.length * 1.4826 * median(errors) + PRIOR_SPREADS * usual.spread) / (errors.length + PRIOR_SPREADS);
  return {
    priors: { ...countPlaces(pulses, divisions, usual), spread: Math.max(LEAST_SPREAD, spread) },
    swing: swing && { ...swing, ratio: measureRatio(pulses, divisions, late, offsets, swing) },
    offsets,
  };
}

function countPlaces(
  pulses: readonly Pulse[],
  divisions: readonly PulseDivision[],
  usual: Priors,
): Pick<Priors, "onPulse" | "places" | "triplets"> {
  const strokes = { on: usual.onPulse * PRIOR_STROKES, all: PRIOR_STROKES };
  const divided = { triplet: usual.triplets * PRIOR_PULSES, all: PRIOR_PULSES };
  const counts = { straight: startCounts(usual, "straight"), triplet: startCounts(usual, "triplet") };
  for (const [index, { family, places }] of divisions.entries()) {
    strokes.all += places.length;
    if (family !== "plain") divided.all++;
    if (family === "triplet") divided.triplet++;
    for (const place of places) {
      if (place % pulses[index]!.ticks === 0) strokes.on++;
      else if (family !== "plain") counts[family].set(place, counts[family].get(place)! + 1);
    }
  }
  return {
    onPulse: strokes.on / strokes.all,
    triplets: divided.triplet / divided.all,
    places: { straight: toShares(counts.straight), triplet: toShares(counts.triplet) },
  };
}

function startCounts({ places }: Priors, family: Family): Map<number, number> {
  return new Map([...places[family]].map(([place, share]) => [place, share * PRIOR_STROKES]));
}

function toShares(counts: ReadonlyMap<number, number>): Map<number, number> {
  const all = [...counts.values()].reduce((a, b) => a + b, 0);
  return new Map([...counts].map(([place, times]) => [place, times / all]));
}

function measureRatio(
  pulses: readonly Pulse[],
  divisions: readonly PulseDivision[],
  late: readonly (readonly number[])[],
  offsets: readonly number[],
  swing: Swing,
): number {
  const pair = pairTicks(swing);
  const ratios = divisions.flatMap(({ family, places }, index) => {
    const { duration, ticks } = pulses[index]!;
    if (family !== "straight") return [];
    return places.flatMap((place, i) => {
      const isSecond = place % pair === pair / 2;
      return isSecond ? [swing.ratio + ((late[index]![i]! - offsets[index]!) / duration) * (ticks / pair)] : [];
    });
  });
  return ratios.length > 0 ? Math.min(WIDEST_SWING, Math.max(0.5, median(ratios))) : swing.ratio;
}
