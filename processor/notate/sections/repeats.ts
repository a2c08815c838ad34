import type { Measure, RepeatPlace, ScoreEvent, ScoreNote } from "../../score.ts";

/** Where several would do, the shortest sign is the plainest. */
const sizes = [1, 2, 4] as const;

/**
 * Marks bars that are the same on paper as the one, two or four bars before them. A bar above which something begins (a
 * section, a tempo, a meter, a loudness) is written out.
 * @returns the measures, some of them with their place under a repeat sign; what is played stays in all of them
 */
export function markRepeats(measures: readonly Measure[]): Measure[] {
  const looks = measures.map(lookOf);
  const marked: Measure[] = [];
  while (marked.length < measures.length) {
    const at = marked.length;
    const bars = sizes.find((size) => isRepeated(measures, marked, looks, size));
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

/** What a sign repeats is written out, or stands under a sign of the same length. An empty bar is a rest. */
function mayBeRepeated({ pickup, repeat, voices }: Measure, index: number, size: number): boolean {
  const isEmpty = voices.every(({ events }) => events.every(({ notes }) => notes.length === 0));
  return !pickup && !isEmpty && (repeat === undefined || (repeat.bars === size && repeat.index === index));
}

/** @returns what a bar looks like on paper, whenever and however loud it was played */
function lookOf({ meter, voices }: Measure): string {
  return JSON.stringify([meter, voices.map(({ stem, events }) => [stem, events.map(lookOfEvent)])]);
}

function lookOfEvent({ onset, type, dots, tuplet, notes, graces, tremolo }: ScoreEvent): unknown[] {
  return [onset.toFraction(), type, dots, tuplet, tremolo, notes.map(lookOfNote).toSorted(), graces.map(lookOfNote)];
}

/** The sign of a closing hi-hat says nothing that the hits before it do not, be they in the bar before. */
function lookOfNote({ piece, dynamic, unsure }: ScoreNote): string {
  return [piece, dynamic, unsure].join(" ");
}
