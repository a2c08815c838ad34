import type { Measure, Score } from "../score.ts";

const barsInLine = 4;
/** Places for notes in one line beyond which it is parted: four bars of sixteenths fit. */
const placesInLine = 68;
const leastPlaces = 6;
/** In places of a plain note. */
const graceWidth = 0.6;
const parenthesesWidth = 0.4;

/** @returns the indices of the measures that begin a line: four bars each where they fit, fewer where they are dense */
export function lineStarts(score: Score): number[] {
  const starts: number[] = [];
  const { measures } = score;
  let index = 0;
  while (index < measures.length) {
    starts.push(index);
    const pickup = measures[index]!.pickup ? 1 : 0;
    const line = measures.slice(index, index + barsInLine + pickup);
    index += places(line) <= placesInLine ? line.length : partLine(line, pickup);
  }
  return starts;
}

/** Half a line where that fits, otherwise a single bar. */
function partLine(line: readonly Measure[], pickup: number): number {
  const half = Math.min(line.length, barsInLine / 2 + pickup);
  return half < line.length && places(line.slice(0, half)) <= placesInLine ? half : 1 + pickup;
}

function places(measures: readonly Measure[]): number {
  return measures.reduce((sum, measure) => sum + Math.max(leastPlaces, placesIn(measure)), 0);
}

function placesIn(measure: Measure): number {
  const onsets = new Set<string>();
  let wider = 0;
  for (const voice of measure.voices) {
    for (const event of voice.events) {
      onsets.add(event.onset.toFraction());
      wider += graceWidth * event.graces.length;
      if (event.notes.some((note) => note.dynamic === "ghost")) wider += parenthesesWidth;
    }
  }
  return onsets.size + wider;
}
