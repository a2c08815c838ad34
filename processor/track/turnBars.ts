import type { Hit } from "../../jobs/performance.ts";
import type { TrackedBeat } from "./barPointer.ts";
import { patternLikelihoods } from "./downbeatPattern.ts";
import { downbeatShare, type Observations } from "./observations.ts";

const BAR = 4;
/** Of what the drums say against what the network says: strokes of one pattern are not independent of one another. */
const PATTERN_WEIGHT = 0.5;
/** Bars repeat: all that a song says of its first beat is worth this many bars. */
const INDEPENDENT_BARS = 4;
/** Natural logarithm: a drummer who comes in on a beat comes in on the first of a bar so much rather than on another. */
const ENTRY = 1.5;
/** beats between the first stroke and the beat that it belongs to */
const ENTRY_REACH = 0.2;

/**
 * Bars of four may be found a beat or two away from where they begin: the network hears that the first and the third
 * beat differ from the others more surely than which of the two is the first. What is played, and on which beat the drums
 * come in, decides it: for each run of bars of four, the most probable first beat.
 */
export function turnBars(tracked: readonly TrackedBeat[], observed: Observations, hits: readonly Hit[]): TrackedBeat[] {
  if (tracked.length < 2) return [...tracked];
  const times = tracked.map(({ frame }) => frame / observed.fps);
  const likelihoods = patternLikelihoods(times, hits);
  const entry = entryBeat(times, hits);
  const turned: TrackedBeat[] = [];
  for (let from = 0; from < tracked.length; ) {
    let to = from;
    while (to < tracked.length && tracked[to]!.beatsPerBar === tracked[from]!.beatsPerBar) to++;
    const run = tracked.slice(from, to);
    const evidence = run.map((beat, i) => {
      const share = downbeatShare(observed, beat.frame);
      return evidenceFor(share, likelihoods[from + i]!, from + i === entry);
    });
    turned.push(...(run[0]!.beatsPerBar === BAR ? turn(run, bestTurn(run, evidence)) : run));
    from = to;
  }
  return turned;
}

/** What speaks for a beat at each place of the bar: of what repeats with the bars, and once. */
interface Evidence {
  readonly repeated: readonly number[];
  readonly once: number;
}

function evidenceFor(share: number, likelihoods: readonly number[], isEntry: boolean): Evidence {
  const repeated = likelihoods.map(
    (likelihood, place) => Math.log(place === 0 ? share : 1 - share) + PATTERN_WEIGHT * likelihood,
  );
  return { repeated, once: isEntry ? ENTRY : 0 };
}

/** 0..3: how many beats later than found the bars begin. */
function bestTurn(run: readonly TrackedBeat[], evidence: readonly Evidence[]): number {
  const bars = run.length / BAR;
  const scale = Math.min(1, INDEPENDENT_BARS / bars);
  const totals = Array.from({ length: BAR }, (_, turn) =>
    run.reduce((sum, beat, i) => {
      const place = turnedPlace(beat, turn);
      return sum + scale * evidence[i]!.repeated[place]! + (place === 0 ? evidence[i]!.once : 0);
    }, 0),
  );
  return totals.indexOf(Math.max(...totals));
}

function turn(run: readonly TrackedBeat[], by: number): TrackedBeat[] {
  return run.map((beat) => ({ ...beat, position: turnedPlace(beat, by) + 1 }));
}

/** 0..3: which beat of the bar this one is when bars begin `turn` beats later. */
function turnedPlace({ position }: TrackedBeat, turn: number): number {
  return (position - 1 - turn + BAR) % BAR;
}

/** The beat on which the drums come in, where that is on a beat. */
function entryBeat(times: readonly number[], hits: readonly Hit[]): number | undefined {
  const first = hits[0]?.time;
  if (first === undefined) return undefined;
  const index = times.findIndex((time, i) => Math.abs(first - time) < ENTRY_REACH * interval(times, i));
  return index < 0 ? undefined : index;
}

function interval(times: readonly number[], index: number): number {
  return index + 1 < times.length ? times[index + 1]! - times[index]! : times[index]! - times[index - 1]!;
}
