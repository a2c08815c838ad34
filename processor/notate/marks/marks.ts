import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import type { Measure, ScoreEvent, ScoreNote } from "../../score.ts";
import { markRepeats } from "../sections/repeats.ts";
import { markSections } from "../sections/sections.ts";
import { easeAccents } from "./accents.ts";
import { markLoudness } from "./loudness.ts";

/** A hit of less confidence is drawn grey: about one in twelve of all. */
const UNSURE_BELOW = 0.6;

/** Settles accents over the whole song and adds sections, loudness, grey notes and repeat signs as the options say. */
export function markMeasures(
  measures: readonly Measure[],
  { detail, repeats, showConfidence }: Pick<NotateOptions, "detail" | "repeats" | "showConfidence">,
): Measure[] {
  let marked = markSections(easeAccents(measures));
  if (detail === "full") marked = markLoudness(marked);
  if (showConfidence) marked = marked.map(markUnsure);
  return repeats ? markRepeats(marked) : marked;
}

function markUnsure(measure: Measure): Measure {
  const mark = (note: ScoreNote): ScoreNote => (note.confidence < UNSURE_BELOW ? { ...note, unsure: true } : note);
  const markEvent = (event: ScoreEvent) => ({
    ...event,
    notes: event.notes.map(mark),
    graces: event.graces.map(mark),
  });
  return { ...measure, voices: measure.voices.map((voice) => ({ ...voice, events: voice.events.map(markEvent) })) };
}
