import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import { median } from "../../median.ts";
import type { Swing } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";
import type { Pulse } from "./bars.ts";
import { learnFrom } from "./learn-priors.ts";
import { constantLag } from "./microtiming.ts";
import type { Onset } from "./onsets.ts";
import { type Family, habitsOfEighths, habitsOfQuarters, habitsOfShuffles, habitsOfSixteenths } from "./priors.ts";
import { clash, type Division, divide, layLadders, type Model } from "./pulse-division.ts";
import { pairTicks, TRIPLET_SWING } from "./swing.ts";

/** Equal parts into which one pulse is divided. */
export type Grid = 1 | 2 | 3 | 4 | 6 | 8;

export interface Quantised {
  /** ticks from the start of the song, one for each onset */
  readonly ticks: readonly number[];
  /** the grid of each pulse */
  readonly grids: readonly Grid[];
  readonly swing: Swing | undefined;
  /** seconds by which the player lies behind each pulse */
  readonly lags: readonly number[];
}

/** Finds the place of every onset on paper. */
export type Quantiser = (
  pulses: readonly Pulse[],
  onsets: readonly Onset[],
  wishes: Pick<NotateOptions, "swing" | "grid">,
) => Quantised;

/** Nats: straight and triplet pulses side by side. */
const changeOfFamily = 1;
/** Nats: what makes a page harder to read, a song that is to be swung and each bracket of a triplet. */
const swinging = 3;
const bracket = 1;
const rounds = 5;

/**
 * Finds the division of every pulse and the place of every onset in it: the likeliest sequence (Viterbi), by how drummers
 * use the places of a pulse. What this song shows of its own habits (its places, triplets, timing, swing, and where it lies
 * about the pulses) is learned from it in a few rounds, beginning with what is usual (hard expectation and maximisation).
 * @param pulses all of one length on paper
 * @param onsets in order of time, none before the first pulse by more than half a 32nd
 */
export const quantise: Quantiser = (pulses, onsets, wishes) => {
  const groups = groupByPulse(pulses, onsets);
  const model = startingModel(pulses[0]!.ticks, wishes.grid);
  const lag = constantLag(pulses, groups);
  let best: Fit | undefined;
  for (const swing of hypotheses(wishes.swing, pulses[pulses.length >> 1]!)) {
    const fit = fitSong(
      pulses,
      groups,
      { ...model, ...(swing?.unit === "eighth" && { habits: habitsOfShuffles }), swing },
      lag,
    );
    if (!isSwung(fit) && wishes.swing !== "on") continue;
    if (best === undefined || fit.cost < best.cost) best = fit;
  }
  return toQuantised(pulses, best!);
};

interface Fit {
  readonly model: Model;
  readonly lags: readonly number[];
  readonly divisions: readonly Division[];
  readonly cost: number;
}

function fitSong(pulses: readonly Pulse[], groups: readonly (readonly Onset[])[], start: Model, lag: number): Fit {
  let model = start;
  let lags: readonly number[] = pulses.map(() => lag);
  let before: readonly Division[] = [];
  for (let round = 1; ; round++) {
    const { divisions, cost } = likeliest(pulses, groups, lags, model);
    if (round === rounds || isSame(divisions, before))
      return { model, lags, divisions, cost: cost + effort(divisions, model) };
    const { habits, swing, lags: late } = learnFrom(pulses, groups, divisions, model.swing, start.habits);
    model = { ...model, habits, swing };
    lags = late;
    before = divisions;
  }
}

function isSame(a: readonly Division[], b: readonly Division[]): boolean {
  const same = (x: Division, y: Division | undefined) =>
    x.family === y?.family && x.places.every((place, i) => place === y.places[i]);
  return a.every((division, index) => same(division, b[index]));
}

function effort(divisions: readonly Division[], { swing }: Model): number {
  return (swing ? swinging : 0) + bracket * divisions.filter(({ family }) => family === "triplet").length;
}

function startingModel(ticks: number, grid: NotateOptions["grid"]): Omit<Model, "swing"> {
  const habits = ticks === QUARTER ? habitsOfQuarters : ticks === EIGHTH ? habitsOfEighths : habitsOfSixteenths;
  const { straight, triplet } = finest[grid];
  return { habits, allows: (family, place) => place % (family === "straight" ? straight : triplet) === 0 };
}

/** Ticks of the finest notes, straight and in three, that a person allows. */
const finest: Record<NotateOptions["grid"], Record<Family, number>> = {
  auto: { straight: QUARTER / 8, triplet: QUARTER / 6 },
  "8": { straight: EIGHTH, triplet: Number.POSITIVE_INFINITY },
  "16": { straight: EIGHTH / 2, triplet: Number.POSITIVE_INFINITY },
  "32": { straight: EIGHTH / 4, triplet: Number.POSITIVE_INFINITY },
  "8t": { straight: EIGHTH, triplet: QUARTER / 3 },
  "16t": { straight: EIGHTH / 2, triplet: QUARTER / 6 },
};

function hypotheses(wish: NotateOptions["swing"], { ticks, duration }: Pulse): (Swing | undefined)[] {
  const swung = (["eighth", "16th"] as const)
    .map((unit) => ({ unit, ratio: TRIPLET_SWING }))
    .filter((swing) => pairTicks(swing) <= ticks && (pairTicks(swing) / ticks) * duration >= shortestPair);
  if (wish === "on" && swung.length > 0) return swung;
  return wish === "auto" ? [undefined, ...swung] : [undefined];
}

/** Seconds: two notes in less time do not swing. */
const shortestPair = 0.22;
const fewestSwung = 8;
/** What is played straighter than this is not swing; and where most pulses are divided in three, triplets say it better. */
const lightest = 0.57;

function isSwung({ model: { swing, habits }, divisions }: Fit): boolean {
  if (swing === undefined) return true;
  const pair = pairTicks(swing);
  const swung = divisions.flatMap(({ family, places }) =>
    family === "straight" ? places.filter((place) => place % pair === pair / 2) : [],
  );
  return swing.ratio > lightest && habits.triplets < 0.5 && swung.length >= fewestSwung;
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
  lags: readonly number[],
  model: Model,
): { divisions: Division[]; cost: number } {
  const from: number[][] = [];
  const all: Division[][] = [];
  let costs: number[] = [];
  const { spread } = model.habits;
  const { ticks } = pulses[0]!;
  const ladders = layLadders(ticks, (spread / median(pulses.map(({ duration }) => duration))) * ticks, model);
  for (const [index, pulse] of pulses.entries()) {
    const onsets = groups[index]!;
    const perSecond = ticks / pulse.duration;
    const at = onsets.map((onset) => (onset.time - pulse.time - lags[index]!) * perSecond);
    const here = divide(onsets, at, ticks, spread * perSecond, ladders, model.swing);
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
  const divisions: Division[] = [];
  for (let index = pulses.length - 1; index >= 0; index--) {
    divisions.push(all[index]![d]!);
    d = from[index]![d]!;
  }
  return { divisions: divisions.reverse(), cost };
}

/** In a shuffle straight eighths are triplets, too. */
function change({ family: a }: Division, { family: b }: Division, { swing }: Model): number {
  return a === b || a === "plain" || b === "plain" || swing?.unit === "eighth" ? 0 : changeOfFamily;
}

function toQuantised(pulses: readonly Pulse[], { divisions, model, lags }: Fit): Quantised {
  return {
    ticks: divisions.flatMap(({ places }, index) => places.map((place) => pulses[index]!.tick + place)),
    grids: divisions.map((division, index) => gridOf(division, pulses[index]!.ticks)),
    swing: model.swing,
    lags,
  };
}

/** The coarsest grid that has all the places of a division. */
function gridOf({ family, places }: Division, ticks: number): Grid {
  const grids = family === "triplet" ? ([3, 6] as const) : ([1, 2, 4, 8] as const);
  return grids.find((grid) => places.every((place) => (place * grid) % ticks === 0))!;
}
