import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { PLACES, sounding } from "./assign.ts";
import type { Intentions } from "./intention.ts";

/** Where a score has a hit. */
export interface Written {
  /** 24ths of a quarter from the first beat, swing resolved to triplets */
  readonly place: number;
  readonly kind: "note" | "grace" | "roll";
}

/** How the hits of one performance were written. */
export interface Comparison {
  readonly hits: number;
  readonly right: number;
  /** hits that are wrong, by what they should be and what they are */
  readonly wrong: ReadonlyMap<string, number>;
  /** hits that the score leaves out, by reason */
  readonly dropped: ReadonlyMap<string, number>;
}

/**
 * A note is right where it is written as a note at its place; a grace note where it is written at the place of its main
 * hit; a hit of a roll in a roll that begins less than a quarter from the first hit of the roll; a bounce where it is left
 * out or written as a grace note before its main hit.
 *
 * @param quarter seconds; the first beat of the score's beats is at 0
 */
export function compare(score: Score, { all }: Intentions, quarter: number): Comparison {
  const written = placesIn(score, quarter);
  const wrong = new Map<string, number>();
  const dropped = new Map<string, number>();
  let right = 0;
  for (const { reason } of score.dropped) increment(dropped, reason);
  for (const { hit, kind, place } of all) {
    const found = written.get(nameOf(hit));
    const atPlace = found?.place === place;
    const isRight =
      kind === "note"
        ? atPlace && found.kind === "note"
        : kind === "grace"
          ? atPlace
          : kind === "roll"
            ? found?.kind === "roll" && Math.abs(found.place - place) < PLACES
            : found === undefined || (atPlace && found.kind === "grace");
    if (isRight) right++;
    else increment(wrong, describe(kind, place, found));
  }
  return { hits: all.length, right, wrong, dropped };
}

/** @returns every written hit's place, by `nameOf` */
export function placesIn(score: Score, quarter: number): Map<string, Written> {
  const places = new Map<string, Written>();
  const swing = score.swing && { ...score.swing, ratio: 2 / 3 };
  const first = score.measures[0]!;
  // bars begin on beats and therefore on eighths; no player's offset is near half an eighth
  let start = (Math.round(first.startTime / (quarter / 2)) * PLACES) / 2;
  for (const measure of score.measures) {
    for (const event of measure.voices.flatMap((voice) => voice.events)) {
      const straight = start + event.onset.valueOf() * 4 * PLACES;
      const place = Math.round(event.tuplet ? straight : sounding(straight, swing));
      for (const note of event.notes) {
        places.set(nameOf(note), { place, kind: "note" });
        for (const hit of note.rolled ?? []) places.set(nameOf(hit), { place, kind: "roll" });
      }
      for (const note of event.graces) places.set(nameOf(note), { place, kind: "grace" });
    }
    start += measure.length.valueOf() * 4 * PLACES;
  }
  return places;
}

/** @returns the key of a hit */
export function nameOf({ time, piece }: Pick<Hit, "time" | "piece">): string {
  return `${piece} ${time}`;
}

function describe(kind: string, place: number, found: Written | undefined): string {
  const inQuarter = (value: number) => `${((value % PLACES) + PLACES) % PLACES}`;
  const meant = kind === "note" ? inQuarter(place) : kind;
  if (found === undefined) return `${meant} left out`;
  const far = Math.abs(found.place - place) > PLACES / 2 ? " far off" : "";
  return `${meant} as ${found.kind === "note" ? "" : `${found.kind} at `}${inQuarter(found.place)}${far}`;
}

/** Adds to a count, which starts at 0. */
export function increment(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
