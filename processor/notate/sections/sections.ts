import { type Piece, piecesOf, piecesWhere } from "@groovesheet/jobs/pieces.ts";
import type { Measure } from "../../score.ts";
import { distance, type Pattern, patternOf } from "./similarity.ts";

/** Songs with fewer bars than this have no sections. */
const FEWEST_BARS = 12;
/** Bars in a section, except in the first one, which may be an intro of two bars. */
const SHORTEST = 4;
const LONGEST = 64;
/** Cost of a boundary, in bars that differ completely from the pattern of their section. */
const BOUNDARY_COST = 1.3;
/** Costs of lengths that are not multiples of four, and of two. */
const ODD_COST = 0.4;
const EVEN_COST = 0.2;
/** Discounts for a crash on the first beat and for a fill before it, which announce a section. */
const CRASH_GAIN = 0.6;
const FILL_GAIN = 0.4;
/** Greatest distance of a bar from the pattern of its section, so that a fill does not end it. */
const FURTHEST = 0.75;
/** Sections whose patterns are closer than this are the same. */
const SAME_SECTION = 0.34;
/** A bar this far from the pattern of its section, with this share of its hands on the drums, is a fill. */
const FILL_DISTANCE = 0.45;
const FILL_DRUMS = 0.5;

const CRASHES = piecesOf("crash");
const TIMEKEEPERS = piecesWhere(({ family, limb }) => limb === "hand" && (family === "hihat" || family === "ride"));
const FEET = piecesWhere(({ limb }) => limb === "foot");

interface Section {
  readonly from: number;
  readonly to: number;
  /** the bar that is most similar to the others */
  readonly pattern: Pattern;
}

/**
 * Finds the sections of a song from its drums: passages whose bars are similar to one of them, by dynamic programming
 * over all segmentations. Similar sections have the same letter; one without a beat at the beginning is the intro. A fill
 * at the end of a section names the next one. A song of a single section has no marks.
 *
 * @returns the measures, some of them with a rehearsal mark or as a fill
 */
export function markSections(measures: readonly Measure[]): Measure[] {
  const first = measures[0]?.pickup ? 1 : 0;
  const bars = measures.slice(first);
  if (bars.length < FEWEST_BARS) return [...measures];
  const patterns = bars.map(patternOf);
  const sections = part(bars, patterns);
  if (sections.length < 2) return [...measures];
  const names = nameSections(bars, sections);
  const marks = new Map(sections.map((section, index) => [section.from, names[index]!]));
  const fills = new Map<number, string>();
  for (const [index, section] of sections.slice(0, -1).entries()) {
    const last = section.to - 1;
    if (isFill(bars[last]!, patterns[last]!, section.pattern)) fills.set(last, names[index + 1]!);
  }
  return measures.map((measure, index) => {
    const section = marks.get(index - first);
    const fillInto = fills.get(index - first);
    return { ...measure, ...(section && { section }), ...(fillInto && { fillInto }) };
  });
}

/** The cheapest segmentation. */
function part(bars: readonly Measure[], patterns: readonly Pattern[]): Section[] {
  const distances = patterns.map((a) => patterns.map((b) => Math.min(FURTHEST, distance(a, b))));
  const best: { cost: number; section?: Section }[] = [{ cost: 0 }];
  for (let to = 1; to <= bars.length; to++) {
    best[to] = { cost: Number.POSITIVE_INFINITY };
    const sums: number[] = []; // distances from each bar of the section to the others
    for (let from = to - 1; from >= Math.max(0, to - LONGEST); from--) {
      for (let bar = from + 1; bar < to; bar++) sums[bar]! += distances[bar]![from]!;
      sums[from] = sum(distances[from]!.slice(from, to));
      if (to - from < SHORTEST && !(from === 0 && to - from >= 2)) continue;
      const medoid = lowest(sums, from, to);
      const cost =
        best[from]!.cost +
        sums[medoid]! +
        (from > 0 ? beginCost(bars, patterns, from) : 0) +
        lengthCost(to - from, to === bars.length);
      if (cost < best[to]!.cost) best[to] = { cost, section: { from, to, pattern: patterns[medoid]! } };
    }
  }
  const sections: Section[] = [];
  for (let to = bars.length; to > 0; to = sections[0]!.from) sections.unshift(best[to]!.section!);
  return sections;
}

function beginCost(bars: readonly Measure[], patterns: readonly Pattern[], from: number): number {
  const begins = bars[from]!.voices.some(({ events }) => events[0]?.notes.some(({ piece }) => CRASHES.has(piece)));
  const before = bars[from - 1]!;
  const fills = from > 1 && isFill(before, patterns[from - 1]!, patterns[from - 2]!);
  return BOUNDARY_COST - (begins ? CRASH_GAIN : 0) - (fills ? FILL_GAIN : 0);
}

function lengthCost(bars: number, isLast: boolean): number {
  if (isLast || bars % 4 === 0) return 0;
  return bars % 2 === 0 ? EVEN_COST : ODD_COST;
}

/** A bar unlike the pattern around it, in which the hands move from the cymbals to the drums. */
function isFill(bar: Measure, own: Pattern, usual: Pattern): boolean {
  const hands = piecesIn(bar).filter((piece) => !FEET.has(piece) && !CRASHES.has(piece));
  const drums = hands.filter((piece) => !TIMEKEEPERS.has(piece)).length;
  return drums > 0 && drums >= FILL_DRUMS * hands.length && distance(own, usual) >= FILL_DISTANCE;
}

function nameSections(bars: readonly Measure[], sections: readonly Section[]): string[] {
  const letters: Pattern[] = [];
  return sections.map(({ from, to, pattern }, index) => {
    if (index === 0 && to - from <= 8 && !isBeat(bars.slice(from, to))) return "Intro";
    let letter = letters.findIndex((known) => distance(known, pattern) < SAME_SECTION);
    if (letter < 0) letter = letters.push(pattern) - 1;
    return String.fromCharCode("A".charCodeAt(0) + (letter % 26));
  });
}

/** True for kick, backbeat and a cymbal that keeps time in most of the bars. */
function isBeat(bars: readonly Measure[]): boolean {
  const full = bars.filter((bar) => {
    const pieces = new Set(piecesIn(bar));
    const has = (...wanted: Piece[]) => wanted.some((piece) => pieces.has(piece));
    return has("kick") && has("snare", "rimshot", "sideStick") && has(...TIMEKEEPERS);
  });
  return 2 * full.length > bars.length;
}

function piecesIn({ voices }: Measure): Piece[] {
  return voices.flatMap(({ events }) => events.flatMap(({ notes }) => notes.map(({ piece }) => piece)));
}

function lowest(values: readonly number[], from: number, to: number): number {
  let best = from;
  for (let index = from + 1; index < to; index++) if (values[index]! < values[best]!) best = index;
  return best;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
