/** A beat's place in its bar. */
export interface Place {
  /** 1 is the downbeat */
  readonly position: number;
  readonly beatsPerBar: number;
}

/** The cost of a new meter at a bar line, natural logarithm. */
const METER_CHANGE = -11;
/** Costs are natural logarithms. */
interface Meter {
  readonly beatsPerBar: number;
  /** of a song in it */
  readonly cost: number;
  /** of each of its bars */
  readonly barCost: number;
}

const meter = (beatsPerBar: number, cost: number, barCost = 0): Meter => ({ beatsPerBar, cost, barCost });

/**
 * Bars of two or six have a cost each; otherwise songs in four with similar first and third beats would be written in them.
 */
const SIMPLE = [
  meter(4, 0),
  meter(3, -2),
  meter(2, -2, -0.8),
  meter(5, -5, -0.5),
  meter(6, -8, -0.5),
  meter(7, -5, -0.5),
];
/** 6/8 is more common than 12/8, which needs halves that differ in each bar; 9/8 is rare. */
const COMPOUND = [meter(2, 0), meter(4, -2, -1), meter(3, -4)];

/**
 * Counts beats into bars: Viterbi decoding of a hidden Markov model whose states are the beats of the bars of each meter.
 * The bars of a song have one length, which rarely changes; a song may begin at any beat of a bar.
 *
 * @param beats number of beats
 * @param downbeat for a number of beats in a bar: for each beat the logit of the probability that such a bar begins there
 * @param isCompound whether the beats divide in three
 * @param given beats in a bar, where the user gave them
 */
export function countBars(
  beats: number,
  downbeat: (beatsPerBar: number) => readonly number[],
  isCompound: boolean,
  given?: number,
): Place[] {
  const meters = given === undefined ? (isCompound ? COMPOUND : SIMPLE) : [meter(given, 0)];
  const states = meters.flatMap((each) => Array.from({ length: each.beatsPerBar }, (_, index) => ({ ...each, index })));
  const lasts = states.flatMap(({ index, beatsPerBar }, s) => (index === beatsPerBar - 1 ? [s] : []));
  let scores = states.map(({ cost }) => cost);
  const before: number[][] = [];
  const logits = new Map(meters.map(({ beatsPerBar }) => [beatsPerBar, downbeat(beatsPerBar)]));
  for (let beat = 0; beat < beats; beat++) {
    const sources = states.map(({ index }, s) => (index > 0 ? s - 1 : bestLast(s, states, lasts, scores)));
    before.push(sources);
    scores = states.map(({ index, beatsPerBar, barCost }, s) => {
      const source = sources[s]!;
      const change = beat > 0 && states[source]!.beatsPerBar !== beatsPerBar ? METER_CHANGE : 0;
      const logit = logits.get(beatsPerBar)![beat]!;
      const heard = index === 0 ? barCost - Math.log1p(Math.exp(-logit)) : -Math.log1p(Math.exp(logit));
      return (beat === 0 ? scores[s]! : scores[source]! + change) + heard;
    });
  }
  let state = scores.indexOf(Math.max(...scores));
  const places: Place[] = [];
  for (let beat = beats - 1; beat >= 0; beat--) {
    const { index, beatsPerBar } = states[state]!;
    places.push({ position: index + 1, beatsPerBar });
    state = before[beat]![state]!;
  }
  return places.reverse();
}

/** The best last beat of a bar before a bar that begins in state `first`. */
function bestLast(
  first: number,
  states: readonly { readonly beatsPerBar: number }[],
  lasts: readonly number[],
  scores: readonly number[],
): number {
  const worth = (last: number) =>
    scores[last]! + (states[last]!.beatsPerBar === states[first]!.beatsPerBar ? 0 : METER_CHANGE);
  return lasts.reduce((best, last) => (worth(last) > worth(best) ? last : best));
}
