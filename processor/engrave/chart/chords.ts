import type Fraction from "fraction.js";
import type { Score, ScoreNote, Swing } from "../../score.ts";
import { type ChartClock, ticksOf } from "./chart-clock.ts";
import type { Chord } from "./difficulties.ts";
import { layChord } from "./lanes.ts";

/** @returns all that is played, as the expert difficulty has it, in order of time; swung notes are where they swing */
export function chordsOf({ measures, swing }: Score, clock: ChartClock): Chord[] {
  const chords = new Map<number, { onset: Fraction; notes: ScoreNote[] }>();
  let swings = false;
  for (const [index, { feel, voices }] of measures.entries()) {
    if (feel) swings = feel === "swing";
    for (const { onset, notes, tuplet } of voices.flatMap(({ events }) => events)) {
      const place = swings && swing && !tuplet ? swung(onset.valueOf(), swing) : onset.valueOf();
      const tick = clock.measureTicks[index]! + ticksOf(place);
      const chord = chords.get(tick) ?? { onset, notes: [] };
      chord.notes.push(...notes);
      chords.set(tick, chord);
    }
  }
  return [...chords]
    .map(([tick, { onset, notes }]) => ({ tick, time: clock.timeAt(tick), onset, hits: layChord(notes) }))
    .filter(({ hits }) => hits.length > 0)
    .toSorted((a, b) => a.tick - b.tick);
}

/** @returns where a straight onset is played, whole notes: the second note of a swung pair comes later */
function swung(onset: number, { unit, ratio }: Swing): number {
  const pair = unit === "eighth" ? 1 / 4 : 1 / 8;
  const place = (onset % pair) / pair;
  const played = place < 0.5 ? 2 * place * ratio : ratio + 2 * (place - 0.5) * (1 - ratio);
  return onset + (played - place) * pair;
}
