import type { WrittenPiece } from "@groovesheet/jobs/pieces.ts";
import type Fraction from "fraction.js";
import type { ScoreEvent, ScoreNote, Voice } from "../../score.ts";
import { height, type KitLayout } from "../kit.ts";
import type { Content, Element } from "./elements.ts";

/** MusicXML divisions per quarter note: 32nds and sixteenth triplets are whole numbers of divisions. */
export const DIVISIONS = 48;

/** @returns a duration in divisions */
export function divisionsOf(duration: Fraction): number {
  return duration.mul(4 * DIVISIONS).valueOf();
}

/**
 * The notes or the rest of an event.
 *
 * @param shared whether the bar has a second voice, which rests must make room for
 */
export type NoteElements = (event: ScoreEvent, voice: Voice, shared: boolean) => Element[];

/** colour of notes that the listener was unsure of */
export const GREY = "#9A9A9A";

export function noteElements(kit: KitLayout): NoteElements {
  const lowestFirst = (a: ScoreNote, b: ScoreNote) => height(kit[a.piece]) - height(kit[b.piece]);
  return (event, voice, shared) => {
    if (event.notes.length === 0) return [["note", restContent(event, voice, shared)]];
    const graces = event.graces.map((grace, index) => {
      const content = graceContent(grace, kit[grace.piece], voice, index, event.graces.length);
      return { ...colour(grace), ...content };
    });
    const notes = event.notes
      .toSorted(lowestFirst)
      .map((note, index) => ({ ...colour(note), ...noteContent(note, kit[note.piece], event, voice, index > 0) }));
    return [...graces, ...notes].map((content) => ["note", content]);
  };
}

function colour({ unsure }: ScoreNote): Content {
  return unsure ? { "@color": GREY } : {};
}

/** Positions of rests in a bar with two voices: always the same height, inside the staff or at its foot. */
const REST_PLACES = {
  up: { "display-step": "D", "display-octave": 5 },
  down: { "display-step": "E", "display-octave": 4 },
};

function restContent(event: ScoreEvent, voice: Voice, shared: boolean): Content {
  return {
    rest: { ...(event.wholeMeasure && { "@measure": "yes" }), ...(shared && REST_PLACES[voice.stem]) },
    duration: divisionsOf(event.duration),
    voice: voice.number,
    ...(!event.wholeMeasure && typeContent(event)),
    ...(event.tuplet && { notations: tupletContent(event, voice) }),
  };
}

/** A single grace note is a slashed eighth (a flam); two or more are beamed sixteenths (a drag). */
function graceContent(note: ScoreNote, entry: WrittenPiece, voice: Voice, index: number, count: number): Content {
  const beam = index === 0 ? "begin" : index === count - 1 ? "end" : "continue";
  return {
    grace: count === 1 ? { "@slash": "yes" } : {},
    unpitched: placeContent(entry),
    instrument: { "@id": `P1-${note.piece}` },
    voice: voice.number,
    type: count === 1 ? "eighth" : "16th",
    stem: voice.stem,
    ...headContent(note, entry),
    ...(count > 1 && { beam: [1, 2].map((level) => ({ "@number": level, "#": beam })) }),
  };
}

function noteContent(note: ScoreNote, entry: WrittenPiece, event: ScoreEvent, voice: Voice, inChord: boolean): Content {
  const notations = { ...(!inChord && tupletContent(event, voice)), ...signContent(note, event, inChord) };
  return {
    ...(inChord && { chord: {} }),
    unpitched: placeContent(entry),
    duration: divisionsOf(event.duration),
    instrument: { "@id": `P1-${note.piece}` },
    voice: voice.number,
    ...typeContent(event),
    stem: voice.stem,
    ...headContent(note, entry),
    ...(!inChord && event.beams.length > 0 && { beam: beamContent(event) }),
    ...(Object.keys(notations).length > 0 && { notations }),
  };
}

function placeContent({ step, octave }: WrittenPiece): Content {
  return { "display-step": step, "display-octave": octave };
}

function typeContent({ type, dots, tuplet }: ScoreEvent): Content {
  return {
    type,
    ...(dots && { dot: {} }),
    ...(tuplet && {
      "time-modification": {
        "actual-notes": tuplet.actual,
        "normal-notes": tuplet.normal,
        "normal-type": tuplet.unit,
      },
    }),
  };
}

function headContent(note: ScoreNote, { notehead }: WrittenPiece): Content {
  if (note.dynamic === "ghost") return { notehead: { "@parentheses": "yes", "#": notehead } };
  return notehead === "normal" ? {} : { notehead };
}

function beamContent({ beams }: ScoreEvent): Content[] {
  return beams.map((beam, level) => ({ "@number": level + 1, "#": beam }));
}

function tupletContent({ tuplet, beams, type, notes }: ScoreEvent, voice: Voice): Content {
  if (tuplet === undefined || tuplet.place === "inside") return {};
  const place = { "@type": tuplet.place, "@number": 1 };
  if (tuplet.place === "stop") return { tuplet: place };
  const beamed = beams.length > 0 && notes.length > 0 && type === tuplet.unit;
  return {
    tuplet: {
      ...place,
      "@bracket": beamed ? "no" : "yes",
      "@placement": voice.stem === "up" ? "above" : "below",
    },
  };
}

/** Signs at a note: each kind is written once in a chord, at the note that it belongs to. */
function signContent(note: ScoreNote, event: ScoreEvent, inChord: boolean): Content {
  const technical = technicalContent(note);
  const accent = note.dynamic === "accent" && event.notes.find((other) => other.dynamic === "accent") === note;
  return {
    ...(event.tremolo > 0 && !inChord && { ornaments: { tremolo: { "@type": "single", "#": event.tremolo } } }),
    ...(technical && { technical }),
    ...(accent && { articulations: { accent: { "@placement": "above" } } }),
  };
}

function technicalContent({ piece, closing }: ScoreNote): Content | undefined {
  if (piece === "hihatOpen") return { "open-string": { "@placement": "above" } };
  if (piece === "hihatHalfOpen") return { "half-muted": { "@placement": "above" } };
  return closing ? { stopped: { "@placement": "above" } } : undefined;
}
