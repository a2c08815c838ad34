import { median } from "../../median.ts";
import type { Swing } from "../../score.ts";
import type { Pulse } from "./bars.ts";
import { smoothLags } from "./microtiming.ts";
import type { Onset } from "./onsets.ts";
import type { Family, Habits } from "./priors.ts";
import type { Division } from "./pulse-division.ts";
import { pairTicks, sounding } from "./swing.ts";

/** Strokes and pulses for which the usual habits stand before any of this song is counted. */
const usualStrokes = 12;
const usualPulses = 8;
const usualSpreads = 20;
/** Seconds; what is heard is no more exact. */
const leastSpread = 0.008;
/** Wider is a dotted rhythm. */
const widestSwing = 0.72;

/** What a song shows of its own habits when its strokes are placed so. */
export interface Learned {
  readonly habits: Habits;
  readonly swing: Swing | undefined;
  /** seconds by which the strokes about each pulse are late */
  readonly lags: readonly number[];
}

/**
 * Learns a song's habits from its strokes as they are placed now.
 * @param usual stands for what the song shows too little of
 */
export function learnFrom(
  pulses: readonly Pulse[],
  groups: readonly (readonly Onset[])[],
  divisions: readonly Division[],
  swing: Swing | undefined,
  usual: Habits,
): Learned {
  const late = groups.map((onsets, index) => {
    const { time, duration, ticks } = pulses[index]!;
    const { family, places } = divisions[index]!;
    return onsets.map((onset, i) => {
      const heard = family === "straight" ? sounding(places[i]!, ticks, swing) : places[i]!;
      return onset.time - time - (heard / ticks) * duration;
    });
  });
  const lags = smoothLags(pulses, late);
  const errors = late.flatMap((values, index) => values.map((value) => Math.abs(value - lags[index]!)));
  const spread =
    (errors.length * 1.4826 * median(errors) + usualSpreads * usual.spread) / (errors.length + usualSpreads);
  return {
    habits: { ...countPlaces(pulses, divisions, usual), spread: Math.max(leastSpread, spread) },
    swing: swing && { ...swing, ratio: measureRatio(pulses, divisions, late, lags, swing) },
    lags,
  };
}

function countPlaces(
  pulses: readonly Pulse[],
  divisions: readonly Division[],
  usual: Habits,
): Pick<Habits, "onPulse" | "places" | "triplets"> {
  const strokes = { on: usual.onPulse * usualStrokes, all: usualStrokes };
  const divided = { triplet: usual.triplets * usualPulses, all: usualPulses };
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

function startCounts({ places }: Habits, family: Family): Map<number, number> {
  return new Map([...places[family]].map(([place, share]) => [place, share * usualStrokes]));
}

function toShares(counts: ReadonlyMap<number, number>): Map<number, number> {
  const all = [...counts.values()].reduce((a, b) => a + b, 0);
  return new Map([...counts].map(([place, times]) => [place, times / all]));
}

function measureRatio(
  pulses: readonly Pulse[],
  divisions: readonly Division[],
  late: readonly (readonly number[])[],
  lags: readonly number[],
  swing: Swing,
): number {
  const pair = pairTicks(swing);
  const ratios = divisions.flatMap(({ family, places }, index) => {
    const { duration, ticks } = pulses[index]!;
    if (family !== "straight") return [];
    return places.flatMap((place, i) => {
      const isSecond = place % pair === pair / 2;
      return isSecond ? [swing.ratio + ((late[index]![i]! - lags[index]!) / duration) * (ticks / pair)] : [];
    });
  });
  return ratios.length > 0 ? Math.min(widestSwing, Math.max(0.5, median(ratios))) : swing.ratio;
}
