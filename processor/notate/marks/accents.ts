import type { Measure, ScoreEvent, ScoreNote } from "../../score.ts";

/** Hits needed at one place of the bars, and the share of them that must be accented, before the accent is usual there. */
const FEWEST_HITS = 4;
const USUAL_SHARE = 0.5;

/**
 * Removes accents at places of the bar where a piece is accented most of the time, like a backbeat among ghost notes:
 * what comes in every bar does not stand out.
 */
export function easeAccents(measures: readonly Measure[]): Measure[] {
  const struck = new Map<string, { all: number; accented: number }>();
  for (const [place, note] of measures.flatMap(placedNotes)) {
    const { all, accented } = struck.get(place) ?? { all: 0, accented: 0 };
    struck.set(place, { all: all + 1, accented: accented + (note.dynamic === "accent" ? 1 : 0) });
  }
  const isUsual = (place: string) => {
    const { all, accented } = struck.get(place)!;
    return all >= FEWEST_HITS && accented > USUAL_SHARE * all;
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

/** Places are counted from the end of the bar, where a pickup ends, too. */
function placeOf({ meter, length }: Measure, { onset }: ScoreEvent, { piece }: ScoreNote): string {
  return `${piece} ${meter.beats}/${meter.beatType} ${length.sub(onset).toFraction()}`;
}
