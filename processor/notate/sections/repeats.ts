import type { Measure, RepeatPlace, ScoreEvent, ScoreNote } from "../../score.ts";

/** In order of preference: the shortest sign is the easiest to read. */
const SIZES = [1, 2, 4] as const;

/**
 * Marks bars that look the same as the one, two or four bars before them. A bar with a mark of its own (a section, a
 * tempo, a meter, a loudness) is written out.
 *
 * @returns the measures, some of them with their place under a repeat sign; all of them keep their notes
 */
export function markRepeats(measures: readonly Measure[]): Measure[] {
  const looks = measures.map(lookOf);
  const marked: Measure[] = [];
  while (marked.length < measures.length) {
    const at = marked.length;
    const bars = SIZES.find((size) => isRepeated(measures, marked, looks, size));
    for (let index = 0; index < (bars ?? 1); index++) {
      const repeat: RepeatPlace | undefined = bars && { bars, index };
      marked.push({ ...measures[at + index]!, ...(repeat && { repeat }) });
    }
  }
  return marked;
}

function isRepeated(
  measures: readonly Measure[],
  marked: readonly Measure[],
  looks: readonly string[],
  size: RepeatPlace["bars"],
): boolean {
  const at = marked.length;
  if (at < size || at + size > measures.length) return false;
  const original = marked.slice(at - size);
  return (
    measures
      .slice(at, at + size)
      .every((measure, index) => !isMarked(measure) && looks[at + index] === looks[at - size + index]) &&
    original.every((measure, index) => mayBeRepeated(measure, index, size))
  );
}

function isMarked({ section, tempo, feel, showMeter, loudness, fillInto, pickup }: Measure): boolean {
  return showMeter || pickup || [section, tempo, feel, loudness, fillInto].some((mark) => mark !== undefined);
}

/** The original of a sign is written out, or is itself under a sign of the same length. An empty bar is a rest. */
function mayBeRepeated({ pickup, repeat, voices }: Measure, index: number, size: number): boolean {
  const isEmpty = voices.every(({ events }) => events.every(({ notes }) => notes.length === 0));
  return !pickup && !isEmpty && (repeat === undefined || (repeat.bars === size && repeat.index === index));
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
