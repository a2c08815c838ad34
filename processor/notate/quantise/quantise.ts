import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import { median } from "../../numeric/median.ts";
import type { Swing } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";
import type { Pulse } from "./bars.ts";
import { learnFrom } from "./learn-priors.ts";
import { constantOffset } from "./microtiming.ts";
import type { Onset } from "./onsets.ts";
import { EIGHTH_PRIORS, type Family, QUARTER_PRIORS, SHUFFLE_PRIORS, SIXTEENTH_PRIORS } from "./priors.ts";
import { candidateGrids, clash, divide, type PulseDivision, type TimingModel } from "./pulse-division.ts";
import { pairTicks, TRIPLET_SWING } from "./swing.ts";

/** Equal parts into which one pulse is divided. */
export type Grid = 1 | 2 | 3 | 4 | 6 | 8;

export interface Quantised {
  /** ticks from the start of the song, one for each onset */
  readonly ticks: readonly number[];
  /** the grid of each pulse */
  readonly grids: readonly Grid[];
  readonly swing: Swing | undefined;
  /** microtiming: seconds by which the player is behind each pulse */
  readonly offsets: readonly number[];
}

/** Finds the written place of every onset. */
export type Quantiser = (
  pulses: readonly Pulse[],
  onsets: readonly Onset[],
  options: Pick<NotateOptions, "swing" | "grid">,
) => Quantised;

/** Nats: straight and triplet pulses side by side. */
const FAMILY_CHANGE_COST = 1;
/** Nats: what makes a page harder to read, a Swing mark and each triplet bracket. */
const SWING_COST = 3;
const TRIPLET_COST = 1;
const ROUNDS = 5;

/**
 * Finds the division of every pulse and the place of every onset in it: the likeliest sequence (Viterbi), by how drummers
 * use the places of a pulse. The song's own distributions (places, triplets, timing, swing and microtiming) are learned from
 * it in a few rounds that start from the priors (hard expectation maximisation).
 *
 * @param pulses all of the same written length
 * @param onsets in order of time, none before the first pulse by more than half a 32nd
 */
export const quantise: Quantiser = (pulses, onsets, options) => {
  const groups = groupByPulse(pulses, onsets);
  const model = startingModel(pulses[0]!.ticks, options.grid);
  const offset = constantOffset(pulses, groups);
  let best: Fit | undefined;
  for (const swing of hypotheses(options.swing, pulses[pulses.length >> 1]!)) {
    const fit = fitSong(
      pulses,
      groups,
      { ...model, ...(swing?.unit === "eighth" && { priors: SHUFFLE_PRIORS }), swing },
      offset,
    );
    if (!isSwung(fit) && options.swing !== "on") continue;
    if (best === undefined || fit.cost < best.cost) best = fit;
  }
  return toQuantised(pulses, best!);
};

interface Fit {
  readonly model: TimingModel;
  readonly offsets: readonly number[];
  readonly divisions: readonly PulseDivision[];
  readonly cost: number;
}

function fitSong(
  pulses: readonly Pulse[],
  groups: readonly (readonly Onset[])[],
  start: TimingModel,
  offset: number,
): Fit {
  let model = start;
  let offsets: readonly number[] = pulses.map(() => offset);
  let before: readonly PulseDivision[] = [];
  for (let round = 1; ; round++) {
    const { divisions, cost } = likeliest(pulses, groups, offsets, model);
    if (round === ROUNDS || isSame(divisions, before))
      return { model, offsets, divisions, cost: cost + effort(divisions, model) };
    const { priors, swing, offsets: late } = learnFrom(pulses, groups, divisions, model.swing, start.priors);
    model = { ...model, priors, swing };
    offsets = late;
    before = divisions;
  }
}

function isSame(a: readonly PulseDivision[], b: readonly PulseDivision[]): boolean {
  const same = (x: PulseDivision, y: PulseDivision | undefined) =>
    x.family === y?.family && x.places.every((place, i) => place === y.places[i]);
  return a.every((division, index) => same(division, b[index]));
}

function effort(divisions: readonly PulseDivision[], { swing }: TimingModel): number {
  return (swing ? SWING_COST : 0) + TRIPLET_COST * divisions.filter(({ family }) => family === "triplet").length;
}

function startingModel(ticks: number, grid: NotateOptions["grid"]): Omit<TimingModel, "swing"> {
  const priors = ticks === QUARTER ? QUARTER_PRIORS : ticks === EIGHTH ? EIGHTH_PRIORS : SIXTEENTH_PRIORS;
  const { straight, triplet } = FINEST[grid];
  return { priors, allows: (family, place) => place % (family === "straight" ? straight : triplet) === 0 };
}

/** Ticks of the finest notes, straight and in three, that the user allows. */
const FINEST: Record<NotateOptions["grid"], Record<Family, number>> = {
  auto: { straight: QUARTER / 8, triplet: QUARTER / 6 },
  "8": { straight: EIGHTH, triplet: Number.POSITIVE_INFINITY },
  "16": { straight: EIGHTH / 2, triplet: Number.POSITIVE_INFINITY },
  "32": { straight: EIGHTH / 4, triplet: Number.POSITIVE_INFINITY },
  "8t": { straight: EIGHTH, triplet: QUARTER / 3 },
  "16t": { straight: EIGHTH / 2, triplet: QUARTER / 6 },
};

function hypotheses(requested: NotateOptions["swing"], { ticks, duration }: Pulse): (Swing | undefined)[] {
  const swung = (["eighth", "16th"] as const)
    .map((unit) => ({ unit, ratio: TRIPLET_SWING }))
    .filter((swing) => pairTicks(swing) <= ticks && (pairTicks(swing) / ticks) * duration >= SHORTEST_PAIR);
  if (requested === "on" && swung.length > 0) return swung;
  return requested === "auto" ? [undefined, ...swung] : [undefined];
}

/** Seconds: pairs of notes shorter than this do not swing. */
const SHORTEST_PAIR = 0.22;
const FEWEST_SWUNG = 8;
/** A lower ratio is not swing; and where most pulses are divided in three, triplets are easier to read. */
const LIGHTEST_SWING = 0.57;

function isSwung({ model: { swing, priors }, divisions }: Fit): boolean {
  if (swing === undefined) return true;
  const pair = pairTicks(swing);
  const swung = divisions.flatMap(({ family, places }) =>
    family === "straight" ? places.filter((place) => place % pair === pair / 2) : [],
  );
  return swing.ratio > LIGHTEST_SWING && priors.triplets < 0.5 && swung.length >= FEWEST_SWUNG;
}

function groupByPulse(pulses: readonly Pulse[], onsets: readonly Onset[]): Onset[][] {
  const groups: Onset[][] = pulses.map(() => []);
  let index = 0;
  for (const onset of onsets) {
    while (index + 1 < pulses.length && pulses[index + 1]!.time - pulses[index]!.duration / 16 <= onset.time) index++;
    groups[index]!.push(onset);
  }
  return groups;
}

function likeliest(
  pulses: readonly Pulse[],
  groups: readonly (readonly Onset[])[],
  offsets: readonly number[],
  model: TimingModel,
): { divisions: PulseDivision[]; cost: number } {
  const from: number[][] = [];
  const all: PulseDivision[][] = [];
  let costs: number[] = [];
  const { spread } = model.priors;
  const { ticks } = pulses[0]!;
  const grids = candidateGrids(ticks, (spread / median(pulses.map(({ duration }) => duration))) * ticks, model);
  for (const [index, pulse] of pulses.entries()) {
    const onsets = groups[index]!;
    const perSecond = ticks / pulse.duration;
    const at = onsets.map((onset) => (onset.time - pulse.time - offsets[index]!) * perSecond);
    const here = divide(onsets, at, ticks, spread * perSecond, grids, model.swing);
    const before = all[index - 1];
    const last = groups[index - 1]?.at(-1);
    const back: number[] = [];
    costs = here.map((division, d) => {
      if (before === undefined) return division.cost;
      let least = Number.POSITIVE_INFINITY;
      for (const [p, previous] of before.entries()) {
        const meets = last && division.places[0] === 0 && previous.places.at(-1) === pulses[index - 1]!.ticks;
        const cost = costs[p]! + change(previous, division, model) + (meets ? clash(last, onsets[0]!) : 0);
        if (cost < least) {
          least = cost;
          back[d] = p;
        }
      }
      return least + division.cost;
    });
    from.push(back);
    all.push(here);
  }
  const cost = Math.min(...costs);
  let d = costs.indexOf(cost);
  const divisions: PulseDivision[] = [];
  for (let index = pulses.length - 1; index >= 0; index--) {
    divisions.push(all[index]![d]!);
    d = from[index]![d]!;
  }
  return { divisions: divisions.reverse(), cost };
}

/** In a shuffle, straight eighths sound as triplets. */
function change({ family: a }: PulseDivision, { family: b }: PulseDivision, { swing }: TimingModel): number {
  return a === b || a === "plain" || b === "plain" || swing?.unit === "eighth" ? 0 : FAMILY_CHANGE_COST;
}

function toQuantised(pulses: readonly Pulse[], { divisions, model, offsets }: Fit): Quantised {
  return {
    ticks: divisions.flatMap(({ places }, index) => places.map((place) => pulses[index]!.tick + place)),
    grids: divisions.map((division, index) => gridOf(division, pulses[index]!.ticks)),
    swing: model.swing,
    offsets,
  };
}

/** The coarsest grid that contains all the places of a division. */
function gridOf({ family, places }: PulseDivision, ticks: number): Grid {
  const grids = family === "triplet" ? ([3, 6] as const) : ([1, 2, 4, 8] as const);
  return grids.find((grid) => places.every((place) => (place * grid) % ticks === 0))!;
}
