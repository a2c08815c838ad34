import type { Measure } from "../../score.ts";

/**
 * Marks runs of empty bars, which are written as one multi-bar rest. A section begins a new run; a bar with another mark is
 * not part of one.
 *
 * @returns the measures, some of them with their place in a run of at least two
 */
export function markRests(measures: readonly Measure[]): Measure[] {
  const marked = [...measures];
  for (let from = 0; from < measures.length; from++) {
    if (!isEmpty(measures[from]!) || hasMark({ ...measures[from]!, section: undefined })) continue;
    let to = from + 1;
    while (to < measures.length && isEmpty(measures[to]!) && !hasMark(measures[to]!)) to++;
    const bars = to - from;
    if (bars < 2) continue;
    for (let index = 0; index < bars; index++)
      marked[from + index] = { ...measures[from + index]!, rest: { bars, index } };
    from = to - 1;
  }
  return marked;
}

/** @returns whether nothing is played in a bar */
export function isEmpty({ voices }: Measure): boolean {
  return voices.every(({ events }) => events.every(({ notes }) => notes.length === 0));
}

/** @returns whether something is written above or below a bar, so that it cannot be part of a sign that began before */
export function hasMark(measure: MarkedMeasure): boolean {
  const { section, tempo, feel, showMeter, loudness, fillInto, uncertain, pickup } = measure;
  const marks = [section, tempo, feel, loudness, fillInto];
  return showMeter || pickup || uncertain === "begin" || marks.some((mark) => mark !== undefined);
}

type MarkedMeasure = Omit<Measure, "section"> & { readonly section?: string | undefined };
