import type { Score, ScoreEvent } from "@groovesheet/processor/score.ts";
import { increment } from "./compare.ts";

/** Symbols of one or more scores. */
export interface Symbols {
  readonly bars: number;
  readonly notes: number;
  readonly rests: number;
  readonly tuplets: number;
  /** notes by written value, as in `eighth` or `16th.` */
  readonly values: ReadonlyMap<string, number>;
}

/** Counts chords (as one note each), rests and tuplets; an empty bar has one rest, and no notes are tied. */
export function symbolsIn(scores: readonly Score[]): Symbols {
  const values = new Map<string, number>();
  const sum = { bars: 0, notes: 0, rests: 0, tuplets: 0 };
  for (const { measures } of scores) {
    sum.bars += measures.length;
    for (const event of measures.flatMap(({ voices }) => voices.flatMap(({ events }) => events))) {
      if (event.tuplet?.place === "start") sum.tuplets++;
      if (event.notes.length === 0) sum.rests++;
      else {
        sum.notes++;
        increment(values, nameOf(event));
      }
    }
  }
  return { ...sum, values };
}

function nameOf({ type, dots, tuplet, tremolo }: ScoreEvent): string {
  return `${type}${dots ? "." : ""}${tuplet ? ` in ${tuplet.actual}` : ""}${tremolo ? " roll" : ""}`;
}

/** @returns notes, rests and tuplets in a bar */
export function perBar({ bars, notes, rests, tuplets }: Symbols): number {
  return (notes + rests + tuplets) / bars;
}
