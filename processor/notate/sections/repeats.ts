import type { Measure, RepeatPlace, ScoreEvent, ScoreNote } from "../../score.ts";
import { hasMark, isEmpty } from "./rests.ts";

/** In order of preference: the shortest sign is the easiest to read. */
const SIZES = [1, 2, 4] as const;
/** How often a passage must come again: fewer times are as easy to read as written notes. */
const FEWEST_COPIES = 3;

/**
 * Marks bars that look the same as the one, two or four bars before them, where they come again at least three times. A bar
 * with a mark of its own (a section, a tempo, a meter, a loudness) is written out.
 *
 * @returns the measures, some of them with their place under a repeat sign; all of them keep their notes
 */
export function markRepeats(measures: readonly Measure[]): Measure[] {
  const looks = measures.map(lookOf);
  const marked = [...measures];
  for (let from = 0; from < measures.length; ) {
    const found = SIZES.map((bars) => ({ bars, copies: countCopies(measures, looks, from, bars) })).find(
      ({ copies }) => copies >= FEWEST_COPIES,
    );
    if (!found) {
      from++;
      continue;
    }
    const { bars, copies } = found;
    const start = from + bars;
    for (let at = start; at < start + bars * copies; at++) {
      const index = ((at - start) % bars) as RepeatPlace["index"];
      marked[at] = { ...measures[at]!, repeat: { bars, index, time: 2 + Math.floor((at - start) / bars) } };
    }
    from = start + bars * copies;
  }
  return marked;
}

/** @returns how many times in a row a passage of this length comes again directly after it */
function countCopies(measures: readonly Measure[], looks: readonly string[], from: number, bars: number): number {
  const original = measures.slice(from, from + bars);
  if (original.some((measure) => measure.pickup || isEmpty(measure))) return 0;
  let at = from + bars;
  const isCopied = (index: number) =>
    at + index < measures.length && looks[at + index] === looks[from + index] && !hasMark(measures[at + index]!);
  while (original.every((_, index) => isCopied(index))) at += bars;
  return (at - from) / bars - 1;
}

/** @returns what a bar looks like, whenever and however loud it was played */
function lookOf({ meter, voices }: Measure): string {
  return JSON.stringify([meter, voices.map(({ stem, events }) => [stem, events.map(lookOfEvent)])]);
}

function lookOfEvent({ onset, type, dots, tuplet, notes, graces, tremolo }: ScoreEvent): unknown[] {
  return [onset.toFraction(), type, dots, tuplet, tremolo, notes.map(lookOfNote).toSorted(), graces.map(lookOfNote)];
}

/** The sign of a closing hi-hat is left out: it follows from the hits before it, which may be in the bar before. */
function lookOfNote({ piece, dynamic, unsure }: ScoreNote): string {
  return [piece, dynamic, unsure].join(" ");
}
