import type { Measure, Score } from "../score.ts";

/** How much a line of music holds. */
export interface LineLayout {
  /** usual number of bars, even */
  readonly bars: number;
  /** a line with more note places than this is split */
  readonly places: number;
}

/** Four bars of sixteenths fit on a line of a page. */
export const PAGE_LINES: LineLayout = { bars: 4, places: 68 };
/** A line of twice as many bars has at most this share of the places: most of its bars are repeat signs or long rests. */
const DOUBLE_LINE_SHARE = 0.73;
const LEAST_PLACES = 6;
/** In note places: the width of a grace note and of a pair of parentheses. */
const GRACE_WIDTH = 0.6;
const PARENTHESES_WIDTH = 0.5;

/** In note places: the widths of a bar that shows a repeat sign and of a multi-bar rest. */
const REPEAT_PLACES = 4;
const REST_PLACES = 8;

/** What is drawn as one bar: a bar, or all bars of a multi-bar rest. */
interface DrawnBar {
  readonly measures: readonly Measure[];
  readonly places: number;
}

/**
 * Breaks the score into lines. Each section starts a new line; a line holds its usual number of bars, twice as many
 * where most of them are repeat signs, or fewer where they are dense. A section does not end in a line of one bar if that can be avoided, and no repeat
 * sign is split across lines.
 *
 * @returns the index of the first measure of each line
 */
export function lineStarts({ measures }: Pick<Score, "measures">, layout = PAGE_LINES): number[] {
  const starts: number[] = [];
  let index = 0;
  while (index < measures.length) {
    starts.push(index);
    const pickup = measures[index]!.pickup ? 1 : 0;
    const next = measures.findIndex(({ section }, other) => other > index + pickup && section !== undefined);
    const stretch = drawnBars(measures.slice(index, next < 0 ? undefined : next));
    const line = stretch.slice(0, wholeSigns(stretch, barsOfLine(stretch, pickup, layout)));
    index += line.reduce((sum, bar) => sum + bar.measures.length, 0);
  }
  return starts;
}

function drawnBars(measures: readonly Measure[]): DrawnBar[] {
  const bars: DrawnBar[] = [];
  for (let index = 0; index < measures.length; ) {
    const { rest, repeat } = measures[index]!;
    const length = rest ? rest.bars - rest.index : 1;
    const places = rest ? REST_PLACES : repeat ? REPEAT_PLACES : Math.max(LEAST_PLACES, placesIn(measures[index]!));
    bars.push({ measures: measures.slice(index, index + length), places });
    index += length;
  }
  return bars;
}

/** @param stretch the bars from the start of the line to the end of its section */
function barsOfLine(stretch: readonly DrawnBar[], pickup: number, layout: LineLayout): number {
  const usual = layout.bars + pickup;
  const fits = (bars: number) => places(stretch.slice(0, bars)) <= layout.places;
  const rest = stretch.length - (2 * layout.bars + pickup);
  const double = rest <= 1 ? stretch.length : 2 * layout.bars + pickup;
  if (double > usual + 1 && isMostlySigns(stretch.slice(0, double), layout)) return double;
  const line = stretch.slice(0, usual);
  if (stretch.length === usual + 1)
    return fits(usual + 1) ? usual + 1 : fits(usual - 1) ? usual - 1 : partLine(line, pickup, layout);
  return fits(usual) ? line.length : partLine(line, pickup, layout);
}

function isMostlySigns(line: readonly DrawnBar[], layout: LineLayout): boolean {
  const signs = line.filter(({ measures: [first] }) => first?.repeat ?? first?.rest).length;
  return 2 * signs >= line.length && places(line) <= DOUBLE_LINE_SHARE * layout.places;
}

/** @returns the number of bars, less those of a repeat sign that would continue on the next line */
function wholeSigns(stretch: readonly DrawnBar[], bars: number): number {
  const next = stretch[bars]?.measures[0]?.repeat;
  return next === undefined || next.index === 0 || next.index >= bars ? bars : bars - next.index;
}

/** @returns half a line if it fits, otherwise a single bar */
function partLine(line: readonly DrawnBar[], pickup: number, layout: LineLayout): number {
  const half = Math.min(line.length, layout.bars / 2 + pickup);
  return half < line.length && places(line.slice(0, half)) <= layout.places ? half : 1 + pickup;
}

function places(bars: readonly DrawnBar[]): number {
  return bars.reduce((sum, bar) => sum + bar.places, 0);
}

function placesIn(measure: Measure): number {
  const onsets = new Set<string>();
  let wider = 0;
  for (const voice of measure.voices) {
    for (const event of voice.events) {
      onsets.add(event.onset.toFraction());
      wider += GRACE_WIDTH * event.graces.length;
      if (event.notes.some((note) => note.dynamic === "ghost")) wider += PARENTHESES_WIDTH;
    }
  }
  return onsets.size + wider;
}
