import type { Measure, ScoreEvent, ScoreNote } from "../../score.ts";

/** Strokes at one place of the bars before anything is usual there, and the part of them that must be accented. */
const fewest = 4;
const usualPart = 0.5;

/**
 * Takes back accents at places of the bar where a piece is mostly struck so: what comes in every bar, as a backbeat among
 * ghost notes does, stands out of nothing.
 */
export function easeAccents(measures: readonly Measure[]): Measure[] {
  const struck = new Map<string, { all: number; accented: number }>();
  for (const [place, note] of measures.flatMap(placedNotes)) {
    const { all, accented } = struck.get(place) ?? { all: 0, accented: 0 };
    struck.set(place, { all: all + 1, accented: accented + (note.dynamic === "accent" ? 1 : 0) });
  }
  const isUsual = (place: string) => {
    const { all, accented } = struck.get(place)!;
    return all >= fewest && accented > usualPart * all;
  };
  return measures.map((measure) => {
    const ease = (event: ScoreEvent) => (note: ScoreNote) =>
      note.dynamic === "accent" && isUsual(placeOf(measure, event, note))
        ? { ...note, dynamic: "normal" as const }
        : note;
    const voices = measure.voices.map((voice) => ({
      ...voice,
      events: voice.events.map((event) => ({ ...event, notes: event.notes.map(ease(event)) })),
    }));
    return { ...measure, voices };
  });
}

function placedNotes(measure: Measure): (readonly [string, ScoreNote])[] {
  return measure.voices.flatMap(({ events }) =>
    events.flatMap((event) => event.notes.map((note) => [placeOf(measure, event, note), note] as const)),
  );
}

/** The end of a pickup is where other bars end. */
function placeOf({ meter, length }: Measure, { onset }: ScoreEvent, { piece }: ScoreNote): string {
  return `${piece} ${meter.beats}/${meter.beatType} ${length.sub(onset).toFraction()}`;
}
