import { type Piece, piecesOf, piecesWhere } from "@groovesheet/jobs/pieces.ts";
import type { Measure } from "../../score.ts";
import { distance, type Pattern, patternOf } from "./patterns.ts";

/** Songs with fewer bars than this have no sections. */
const fewestBars = 12;
/** Bars of a section, but for the first one, which may be an intro of two. */
const shortest = 4;
const longest = 64;
/** What a boundary costs, in bars that differ wholly from the pattern of their section. */
const boundaryCost = 1.3;
/** Sections are eight or four bars long more often than not. */
const oddCost = 0.4;
const evenCost = 0.2;
/** A crash on the first beat, or a fill before it, says that something begins. */
const crashGain = 0.6;
const fillGain = 0.4;
/** A bar counts no more than this against the pattern of its section: a fill does not end it. */
const furthest = 0.75;
/** Patterns closer than this are the same section come again. */
const sameSection = 0.34;
/** A bar this far from the pattern of its section, with this part of its hands on the drums, is a fill. */
const fillDistance = 0.45;
const fillDrums = 0.5;

const crashes = piecesOf("crash");
const timekeepers = piecesWhere(({ family, limb }) => limb === "hand" && (family === "hihat" || family === "ride"));
const feet = piecesWhere(({ limb }) => limb === "foot");

interface Section {
  readonly from: number;
  readonly to: number;
  /** the bar that is most like all others of it */
  readonly pattern: Pattern;
}

/**
 * Finds the sections of a song from what the drums play: stretches in which the bars are like one of them, by dynamic
 * programming over all ways to part the song. Sections that are alike have the same letter; one without a beat at the
 * beginning is the intro. A fill at the end of a section says where it leads. A song that is all one section has no marks.
 * @returns the measures, some of them with a rehearsal mark or as a fill
 */
export function markSections(measures: readonly Measure[]): Measure[] {
  const first = measures[0]?.pickup ? 1 : 0;
  const bars = measures.slice(first);
  if (bars.length < fewestBars) return [...measures];
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

/** The cheapest way to part the song. */
function part(bars: readonly Measure[], patterns: readonly Pattern[]): Section[] {
  const distances = patterns.map((a) => patterns.map((b) => Math.min(furthest, distance(a, b))));
  const best: { cost: number; section?: Section }[] = [{ cost: 0 }];
  for (let to = 1; to <= bars.length; to++) {
    best[to] = { cost: Number.POSITIVE_INFINITY };
    const sums: number[] = []; // of the distances from the bars of the section to each of them
    for (let from = to - 1; from >= Math.max(0, to - longest); from--) {
      for (let bar = from + 1; bar < to; bar++) sums[bar]! += distances[bar]![from]!;
      sums[from] = sum(distances[from]!.slice(from, to));
      if (to - from < shortest && !(from === 0 && to - from >= 2)) continue;
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
  const begins = bars[from]!.voices.some(({ events }) => events[0]?.notes.some(({ piece }) => crashes.has(piece)));
  const before = bars[from - 1]!;
  const fills = from > 1 && isFill(before, patterns[from - 1]!, patterns[from - 2]!);
  return boundaryCost - (begins ? crashGain : 0) - (fills ? fillGain : 0);
}

function lengthCost(bars: number, isLast: boolean): number {
  if (isLast || bars % 4 === 0) return 0;
  return bars % 2 === 0 ? evenCost : oddCost;
}

/** A bar unlike the pattern around it, in which the hands leave the cymbals for the drums. */
function isFill(bar: Measure, own: Pattern, usual: Pattern): boolean {
  const hands = piecesIn(bar).filter((piece) => !feet.has(piece) && !crashes.has(piece));
  const drums = hands.filter((piece) => !timekeepers.has(piece)).length;
  return drums > 0 && drums >= fillDrums * hands.length && distance(own, usual) >= fillDistance;
}

function nameSections(bars: readonly Measure[], sections: readonly Section[]): string[] {
  const letters: Pattern[] = [];
  return sections.map(({ from, to, pattern }, index) => {
    if (index === 0 && to - from <= 8 && !isBeat(bars.slice(from, to))) return "Intro";
    let letter = letters.findIndex((known) => distance(known, pattern) < sameSection);
    if (letter < 0) letter = letters.push(pattern) - 1;
    return String.fromCharCode("A".charCodeAt(0) + (letter % 26));
  });
}

/** Kick, backbeat and a cymbal that keeps time, in most of the bars. */
function isBeat(bars: readonly Measure[]): boolean {
  const full = bars.filter((bar) => {
    const pieces = new Set(piecesIn(bar));
    const has = (...wanted: Piece[]) => wanted.some((piece) => pieces.has(piece));
    return has("kick") && has("snare", "rimshot", "sideStick") && has(...timekeepers);
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
