export interface Tempo {
  /** frames in a beat */
  readonly period: number;
  /** prior of a beat at this tempo, natural logarithm */
  readonly prior: number;
  /** index of the first tempo from which this one can be reached … */
  readonly firstSource: number;
  /** … and the costs from it and its successors, natural logarithms <= 0 */
  readonly sourceCosts: Float64Array;
}

const SLOWEST_BPM = 40;
const FASTEST_BPM = 240;
/** neighbouring tempi differ by at least this ratio */
const TEMPO_STEP = 1.0125;
/** λ of the tempo model: how stiff the tempo is */
const STIFFNESS = 100;
const LARGEST_TEMPO_CHANGE = 0.07;
/** the usual tempo of songs … */
const USUAL_BPM = 115;
/** … and its standard deviation in octaves */
const USUAL_BPM_WIDTH = 0.5;
/** octaves: standard deviation about a tempo that the user gave */
const GIVEN_BPM_WIDTH = 0.06;

/**
 * @param fps frames per second
 * @param given beats per minute, where the user gave them: the tempo stays near
 */
export function makeTempi(fps: number, given: number | undefined): Tempo[] {
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
