import { CLASSES, classOf } from "@groovesheet/jobs/pieces.ts";
import type { Score, ScoreNote } from "@groovesheet/processor/score.ts";

export interface TimedClass {
  /** seconds */
  readonly time: number;
  /** one of the five classes */
  readonly class: string;
}

export interface Matches {
  readonly matched: number;
  readonly written: number;
  readonly annotated: number;
}

/** Seconds. */
const TOLERANCE = 0.05;

/** @returns how many hits are within 50 ms of an annotated one of their class, each matched once, in order of time */
export function countMatches(written: readonly TimedClass[], annotated: readonly TimedClass[]): Matches {
  let matched = 0;
  for (const name of CLASSES) {
    const [ours, theirs] = [written, annotated].map((list) =>
      list.flatMap((hit) => (hit.class === name ? [hit.time] : [])).toSorted((a, b) => a - b),
    ) as [number[], number[]];
    for (let i = 0, j = 0; i < ours.length && j < theirs.length; ) {
      const late = ours[i]! - theirs[j]!;
      if (Math.abs(late) <= TOLERANCE) matched++;
      if (late <= TOLERANCE) i++;
      if (late >= -TOLERANCE) j++;
    }
  }
  return { matched, written: written.length, annotated: annotated.length };
}

/** @returns every hit of a score that its patterns left, those that are not written for another reason included */
export function timedClasses({ measures, dropped }: Score): TimedClass[] {
  const notes = measures.flatMap(({ voices }) =>
    voices.flatMap(({ events }) => events.flatMap((event) => [...event.graces, ...event.notes.flatMap(withRolled)])),
  );
  return [...notes, ...dropped.filter(({ cause }) => cause !== "pattern")].flatMap(({ time, piece }) => {
    const name = classOf(piece);
    return name ? [{ time, class: name }] : [];
  });
}

function withRolled(note: ScoreNote) {
  return [note, ...(note.rolled ?? [])];
}

/** @returns the number of full bars that differ in what is struck where, by class */
export function differentBars({ measures }: Score): number {
  const bars = measures.flatMap(({ pickup, voices }) => {
    if (pickup) return [];
    const hits = voices.flatMap(({ events }) =>
      events.flatMap(({ onset, notes }) =>
        notes.map(({ piece }) => `${onset.toFraction()} ${classOf(piece) ?? piece}`),
      ),
    );
    return [[...new Set(hits)].toSorted().join()];
  });
  return new Set(bars).size;
}
