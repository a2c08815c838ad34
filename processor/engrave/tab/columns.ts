import Fraction from "fraction.js";
import type { Measure, Meter } from "../../score.ts";

/** A beat of a bar as columns of text. */
export interface BeatColumns {
  /** from the start of the measure, whole notes */
  readonly start: Fraction;
  /** whole notes */
  readonly length: Fraction;
  readonly count: number;
  /** what is counted there, one character a column: `1e+a` */
  readonly label: string;
}

/** Columns of a beat, as multiples of its sixteenths: straight, triplets, sextuplets, 32nds, then finer. */
const DIVISIONS = ["1", "3/4", "3/2", "2", "3", "6"].map((text) => new Fraction(text));

/** Counting syllables of a beat, by the number of its parts. */
const SYLLABLES: Readonly<Record<number, string>> = { 2: "+", 3: "tl", 4: "e+a" };

/** @returns the beats of a measure; each has as few columns as its notes need, and no fewer than its sixteenths or triplets */
export function columnsOf(measure: Measure): BeatColumns[] {
  const { meter, length } = measure;
  const full = new Fraction(meter.beats, meter.beatType);
  const missing = full.sub(length); // the front of a pickup's bar
  const onsets = measure.voices
    .flatMap(({ events }) => events.filter(({ notes }) => notes.length > 0))
    .map(({ onset }) => onset);
  const unit = beatUnit(meter);
  const beats: BeatColumns[] = [];
  for (let index = 0; unit.mul(index).lt(full); index++) {
    const start = larger(unit.mul(index).sub(missing), new Fraction(0));
    const end = smaller(unit.mul(index + 1).sub(missing), length);
    if (start.gte(end)) continue;
    const places = onsets
      .filter((onset) => onset.gte(start) && onset.lt(end))
      .map((onset) => onset.sub(start).div(end.sub(start)));
    const count = columnCount(end.sub(start), places);
    const label = unit.equals(new Fraction(3, 8)) ? eighths(3 * index + 1, count) : syllables(index + 1, count);
    beats.push({ start, length: end.sub(start), count, label });
  }
  return beats;
}

/** A dotted quarter in compound meters, else the meter's own unit, and no more than a quarter. */
function beatUnit({ beats, beatType }: Meter): Fraction {
  if (beatType === 8 && beats % 3 === 0) return new Fraction(3, 8);
  return smaller(new Fraction(1, beatType), new Fraction(1, 4));
}

/** @param places of the notes, as fractions of the beat */
function columnCount(length: Fraction, places: readonly Fraction[]): number {
  const sixteenths = length.mul(16);
  const fits = (count: Fraction) => isWhole(count) && places.every((place) => isWhole(place.mul(count)));
  const found = DIVISIONS.map((times) => sixteenths.mul(times)).find(fits);
  if (found) return found.valueOf();
  return places.reduce((count, { d }) => count.lcm(new Fraction(d)), new Fraction(1)).valueOf();
}

function syllables(beat: number, count: number): string {
  const parts = [4, 3, 2].find((divisor) => count % divisor === 0) ?? 1;
  const spoken = `${beat % 10}${SYLLABLES[parts] ?? ""}`;
  return [...spoken].map((syllable) => syllable.padEnd(count / parts)).join("");
}

/** `1 2 3 ` */
function eighths(first: number, count: number): string {
  const width = count / 3;
  if (!Number.isInteger(width)) return String(first % 10).padEnd(count);
  return [0, 1, 2].map((index) => String((first + index) % 10).padEnd(width)).join("");
}

function isWhole(value: Fraction): boolean {
  return value.d === 1n;
}

function larger(a: Fraction, b: Fraction): Fraction {
  return a.gt(b) ? a : b;
}

function smaller(a: Fraction, b: Fraction): Fraction {
  return a.lt(b) ? a : b;
}
