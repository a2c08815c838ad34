import type { Place } from "./bars.ts";

/** A run of bars of one length: beats from `begins` to before `ends`. */
interface Run {
  readonly begins: number;
  readonly ends: number;
  readonly beatsPerBar: number;
}

/** A shorter run between two of the same meter is a bar that was inserted or cut, not another meter. */
const MOST_ODD_BARS = 2;
/** beats on either side that confirm an odd bar */
const WINDOW = 32;
/** Natural logarithm: least evidence, on either side, against bars that go on as on the other side. */
const CONFIRMED = 14;

/**
 * Keeps an odd bar only where both sides of it confirm it: the bars after it must speak against bars that go on as before
 * it, and the bars before it against bars as after it. Otherwise the bars of the side with less evidence are counted as
 * those of the other.
 *
 * @param logits for each beat and number of beats in a bar: a bar begins there; 0 where nothing is heard
 */
export function confirmOddBars(places: readonly Place[], logits: (beatsPerBar: number) => readonly number[]): Place[] {
  let kept = [...places];
  for (let index = 1; ; index++) {
    const runs = runsOf(kept);
    const [before, odd, after] = [runs[index - 1], runs[index], runs[index + 1]];
    if (!before || !odd || !after) return kept;
    if (before.beatsPerBar !== after.beatsPerBar || !isOdd(odd)) continue;
    const downbeats = logits(before.beatsPerBar);
    const sides = [
      { run: before, from: Math.max(before.begins, before.ends - WINDOW), to: before.ends, other: after.begins },
      { run: after, from: after.begins, to: Math.min(after.ends, after.begins + WINDOW), other: before.begins },
    ].map((side) => ({ ...side, evidence: evidenceFor(kept, downbeats, side) }));
    if (sides.every(({ evidence }) => evidence >= CONFIRMED)) continue;
    const weaker = sides[0]!.evidence < sides[1]!.evidence ? sides[0]! : sides[1]!;
    const [from, to] = [Math.min(odd.begins, weaker.run.begins), Math.max(odd.ends, weaker.run.ends)];
    kept = kept.map((place, i) => (i >= from && i < to ? continued(kept, weaker.other, i) : place));
    index = 0;
  }
}

/** Whether a song is in one meter from beginning to end, except for odd bars. */
export function hasOddBarsAlone(places: readonly Place[]): boolean {
  const runs = runsOf(places);
  const meter = runs[0]?.beatsPerBar;
  return (
    runs.length > 1 &&
    runs.at(-1)!.beatsPerBar === meter &&
    runs.every((run) => run.beatsPerBar === meter || isOdd(run))
  );
}

function isOdd({ begins, ends, beatsPerBar }: Run): boolean {
  return ends - begins <= MOST_ODD_BARS * beatsPerBar;
}

function runsOf(places: readonly Place[]): Run[] {
  const runs: Run[] = [];
  for (const [i, { beatsPerBar, position }] of places.entries()) {
    const last = runs.at(-1);
    const goesOn = last?.beatsPerBar === beatsPerBar && position === (places[i - 1]!.position % beatsPerBar) + 1;
    if (goesOn) runs[runs.length - 1] = { ...last, ends: i + 1 };
    else runs.push({ begins: i, ends: i + 1, beatsPerBar });
  }
  return runs;
}

/** How much more the downbeats of a side are heard as counted than where the bars of the other side would go on. */
function evidenceFor(
  places: readonly Place[],
  downbeats: readonly number[],
  { from, to, other }: { readonly from: number; readonly to: number; readonly other: number },
): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (places[i]!.position === 1) sum += downbeats[i]!;
    if (continued(places, other, i).position === 1) sum -= downbeats[i]!;
  }
  return sum;
}

/** The place of a beat if bars go on as they are at another beat. */
function continued(places: readonly Place[], at: number, beat: number): Place {
  const { position, beatsPerBar } = places[at]!;
  return { position: ((((position - 1 + beat - at) % beatsPerBar) + beatsPerBar) % beatsPerBar) + 1, beatsPerBar };
}
