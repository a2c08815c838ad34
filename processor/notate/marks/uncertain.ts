import { median } from "../../numeric/median.ts";
import type { Measure, ScoreEvent, ScoreNote } from "../../score.ts";

/** A hit of less confidence is drawn grey where that is requested: about one in twelve of all. */
const UNSURE_BELOW = 0.6;
/** A passage is uncertain where the mean confidence, as the median over WINDOW bars, is below this in FEWEST_BARS bars or more. */
const UNCERTAIN_BELOW = 0.78;
const WINDOW = 5;
const FEWEST_BARS = 4;

/** Marks passages that were heard with little confidence: all their notes are grey, and the first bar says so. */
export function markUncertain(measures: readonly Measure[]): Measure[] {
  const played = measures.flatMap((measure, index) => {
    const confidence = meanConfidence(measure);
    return confidence === undefined ? [] : [{ index, confidence }];
  });
  const doubtful = played.filter((_, place) => {
    const window = played.slice(Math.max(0, place - (WINDOW >> 1)), place + (WINDOW >> 1) + 1);
    return median(window.map(({ confidence }) => confidence)) < UNCERTAIN_BELOW;
  });
  const marked = [...measures];
  for (const run of consecutive(doubtful.map(({ index }) => played.findIndex((bar) => bar.index === index)))) {
    if (run.length < FEWEST_BARS) continue;
    for (const [place, bar] of run.entries()) {
      const { index } = played[bar]!;
      marked[index] = { ...withNotes(measures[index]!, grey), uncertain: place === 0 ? "begin" : "continue" };
    }
  }
  return marked;
}

/** Marks single notes of little confidence. */
export function markUnsure(measures: readonly Measure[]): Measure[] {
  return measures.map((measure) => withNotes(measure, (note) => (note.confidence < UNSURE_BELOW ? grey(note) : note)));
}

function grey(note: ScoreNote): ScoreNote {
  return { ...note, unsure: true };
}

function withNotes(measure: Measure, change: (note: ScoreNote) => ScoreNote): Measure {
  const changeEvent = (event: ScoreEvent) => ({
    ...event,
    notes: event.notes.map(change),
    graces: event.graces.map(change),
  });
  const voices = measure.voices.map((voice) => ({ ...voice, events: voice.events.map(changeEvent) }));
  return { ...measure, voices };
}

function meanConfidence({ voices }: Measure): number | undefined {
  const notes = voices.flatMap(({ events }) => events.flatMap((event) => event.notes));
  return notes.length === 0 ? undefined : notes.reduce((sum, note) => sum + note.confidence, 0) / notes.length;
}

/** @returns rising numbers in runs without gaps */
function consecutive(numbers: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}
