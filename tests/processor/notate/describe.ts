import type { Score, ScoreEvent, Voice } from "@groovesheet/processor/score.ts";

const short = { whole: "w", half: "h", quarter: "q", eighth: "e", "16th": "s", "32nd": "t" } as const;

/**
 * A voice as text, for comparison in tests: `q` `e` `s` with a dot where dotted, `r` before a rest's value, `(` and `)`
 * around tuplets, and `R` for the rest of an empty bar.
 */
export function describeVoice(voice: Voice): string {
  return voice.events.map(describeEvent).join(" ");
}

function describeEvent(event: ScoreEvent): string {
  if (event.wholeMeasure) return "R";
  const open = event.tuplet?.place === "start" ? "(" : "";
  const close = event.tuplet?.place === "stop" ? ")" : "";
  const graces = "'".repeat(event.graces.length);
  const rest = event.notes.length === 0 ? "r" : "";
  return `${open}${graces}${rest}${short[event.type]}${event.dots ? "." : ""}${close}`;
}

/** @returns one string a measure, voices separated by a bar */
export function describe(score: Score): string[] {
  return score.measures.map((measure) => measure.voices.map(describeVoice).join(" | "));
}
