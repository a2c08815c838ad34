/** The states of the bar-pointer model and what it costs to move between them. Costs are natural logarithms, <= 0. */
export interface BarModel {
  readonly tempi: readonly Tempo[];
  readonly slots: readonly Slot[];
  readonly meters: readonly MeterStates[];
}

export interface Tempo {
  /** frames in a beat */
  readonly period: number;
  /** how likely a beat of it is before anything was heard */
  readonly prior: number;
  /** it is reached from this tempo, and from those that follow it … */
  readonly firstSource: number;
  /** … at these costs */
  readonly sourceCosts: Float64Array;
}

/** One beat of one meter. */
export interface Slot {
  readonly meter: number;
  /** 0 is the downbeat */
  readonly index: number;
}

export interface MeterStates {
  readonly beatsPerBar: number;
  readonly lastSlot: number;
  /** what each bar of it costs */
  readonly barCost: number;
}

export interface BarPointerPriors {
  /** beats per minute; the tempo stays near it */
  readonly bpm?: number | undefined;
  /** beats per bar; no other is tried */
  readonly beatsPerBar?: number | undefined;
}

/** a frame is one of the beat with this probability before anything was heard (1/λ of the observation model) */
export const BEAT_SHARE = 1 / 16;
/** the cost of a new meter at a bar line */
export const METER_CHANGE = -14;

const SLOWEST_BPM = 40;
const FASTEST_BPM = 240;
/** neighbouring tempi differ by at least this ratio */
const TEMPO_STEP = 1.0125;
/** λ of the tempo model: how stiff the tempo is */
const STIFFNESS = 100;
const LARGEST_TEMPO_CHANGE = 0.07;
/** people count songs at about this tempo … */
const USUAL_BPM = 115;
/** … give or take so many octaves */
const USUAL_BPM_WIDTH = 0.5;
/** octaves by which the tempo may stray from the one that a person gave */
const GIVEN_BPM_WIDTH = 0.06;
/** A bar of two must pay its way, or every song in four whose third beat is stressed would be written in two. */
const BAR_COSTS: readonly (readonly [beatsPerBar: number, cost: number])[] = [
  [2, -0.8],
  [3, -0.15],
  [4, 0],
  [5, -0.3],
  [6, -0.6],
  [7, -0.4],
];

/** @param fps frames per second */
export function makeBarModel(fps: number, { bpm, beatsPerBar }: BarPointerPriors): BarModel {
  const allowed: BarModel["meters"][number][] = [];
  let slots = 0;
  for (const [beats, barCost] of beatsPerBar === undefined ? BAR_COSTS : [[beatsPerBar, 0] as const]) {
    slots += beats;
    allowed.push({ beatsPerBar: beats, lastSlot: slots - 1, barCost });
  }
  return {
    meters: allowed,
    slots: allowed.flatMap(({ beatsPerBar: beats }, meter) =>
      Array.from({ length: beats }, (_, index) => ({ meter, index })),
    ),
    tempi: makeTempi(fps, bpm),
  };
}

function makeTempi(fps: number, given: number | undefined): Tempo[] {
  const periods: number[] = [];
  for (let p = (60 * fps) / FASTEST_BPM; p <= (60 * fps) / SLOWEST_BPM; p *= TEMPO_STEP) {
    const period = Math.round(p);
    if (period !== periods.at(-1)) periods.push(period);
  }
  return periods.map((period) => {
    const isSource = (from: number) => Math.abs(period / from - 1) <= LARGEST_TEMPO_CHANGE;
    const costs = periods.filter(isSource).map((from) => -STIFFNESS * Math.abs(period / from - 1));
    return {
      period,
      prior: tempoPrior((60 * fps) / period, given),
      firstSource: periods.findIndex(isSource),
      sourceCosts: Float64Array.from(costs),
    };
  });
}

function tempoPrior(bpm: number, given: number | undefined): number {
  const [centre, width] = given === undefined ? [USUAL_BPM, USUAL_BPM_WIDTH] : [given, GIVEN_BPM_WIDTH];
  return -((Math.log2(bpm / centre) / width) ** 2) / 2;
}
