import { notateOptionsSchema } from "../../jobs/options.ts";
import type { Beat, Hit, Performance, Piece } from "../../jobs/performance.ts";
import { notate } from "../../processor/notate/notate.ts";
import type { Score } from "../../processor/score.ts";
import { placesIn } from "../roundtrip/compare.ts";
import { findIntentions } from "../roundtrip/intention.ts";
import { PLACES } from "../roundtrip/places.ts";
import type { Answer, Truth } from "./judge.ts";

export interface Notes {
  readonly played: number;
  /** written as the piece that was struck, at the player's place, in a bar that begins where the player's does */
  readonly right: number;
}

/** Seconds: a stroke is found where one of its piece is heard as near as this, as the field has it. */
const NEAR = 0.05;
/** What the network does not tell apart. */
const SAME: Partial<Record<Piece, Piece>> = { rimshot: "snare", tomLow: "tomFloor" };

/** Notates what was heard and compares it with what the player meant (docs/rhythm.md). */
export function compareNotes(truth: Truth, answer: Answer, heard: readonly Hit[]): Notes {
  const { meter, bpm } = truth;
  const [count, beatType] = meter.split("/").map(Number) as [number, number];
  const quarter = 60 / bpm / (meter === "6/8" ? 1.5 : 1);
  const barQuarters = (4 * count) / beatType;
  const hits = truth.hits.map((hit) => ({ ...hit, piece: merged(hit.piece), confidence: 1 }));
  const { all } = findIntentions({ id: "", meter, quarter, barQuarters, isFill: false, hits });
  const score = notate(asPerformance(answer, heard), notateOptionsSchema.parse({}));
  const places = placesIn(score, quarter);
  const inRightBar = strokesInRightBars(score, quarter, barQuarters * PLACES);
  const right = all.filter(({ hit, place }) => {
    const same = nearest(hit, heard);
    if (same === undefined || !inRightBar.has(nameOf(same))) return false;
    return places.get(nameOf(same))?.place === place;
  });
  return { played: all.length, right: right.length };
}

function asPerformance({ beats, tempo, meter }: Answer, heard: readonly Hit[]): Performance {
  const duration = Math.max(...heard.map((hit) => hit.time), ...beats.map((beat: Beat) => beat.time)) + 1;
  const rest = { version: 1, separated: false, model: "", notices: [] } as const;
  return { ...rest, notices: [], duration, hits: [...heard], beats: [...beats], tempo, meter };
}

/** Names of the strokes in measures that end where a bar of the player's does. */
function strokesInRightBars(score: Score, quarter: number, bar: number): Set<string> {
  const names = new Set<string>();
  let end = (Math.round(score.measures[0]!.startTime / (quarter / 2)) * PLACES) / 2;
  for (const measure of score.measures) {
    end += measure.length.valueOf() * 4 * PLACES;
    if (Math.round(end) % bar !== 0) continue;
    for (const event of measure.voices.flatMap((voice) => voice.events)) {
      for (const note of [...event.notes, ...event.graces]) names.add(nameOf(note));
      for (const hit of event.notes.flatMap((note) => note.rolled ?? [])) names.add(nameOf(hit));
    }
  }
  return names;
}

function nearest(hit: Hit, heard: readonly Hit[]): Hit | undefined {
  const near = heard.filter((other) => merged(other.piece) === hit.piece && Math.abs(other.time - hit.time) < NEAR);
  return near.toSorted((a, b) => Math.abs(a.time - hit.time) - Math.abs(b.time - hit.time))[0];
}

function merged(piece: Piece): Piece {
  return SAME[piece] ?? piece;
}

function nameOf({ time, piece }: Pick<Hit, "time" | "piece">): string {
  return `${piece} ${time}`;
}
