import type { Measure, Score } from "../../score.ts";
import { drawable, textWidth } from "../fonts.ts";
import { LINE_WIDTH, PAGE_HEIGHT, PAGE_MARGIN, PAGE_WIDTH, STAFF_HEIGHT } from "../page-units.ts";
import { lineStarts } from "../systems.ts";
import { round, svgDocument, textElement } from "../text.ts";
import { type Block, drawLegend } from "./legend.ts";
import { DRAWING_SCALE, type Drawing, type System } from "./verovio.ts";

/** Distances of lines. */
interface Spacing {
  /** from the lowest element of a line to the highest of the next; full pages stretch it up to `WIDEST_GAP` */
  readonly gap: number;
  /** from one staff to the next, at least */
  readonly staves: number;
}

const USUAL: Spacing = { gap: 54, staves: 190 };
/** Where it saves a page. */
const TIGHT: Spacing = { gap: 24, staves: 165 };
const WIDEST_GAP = 120;

/** A page as SVG. Lengths are in page units. */
export interface Page {
  /** the glyphs and shapes without the enclosing element */
  readonly content: string;
  readonly definitions: string;
  /** y of the lowest element, plus the margin */
  readonly usedHeight: number;
}

/** Distributes the lines of music over pages, with the title and the drum key on the first page and a number on each. */
export function layPages(drawing: Drawing, score: Score): Page[] {
  const header = drawHeader(score, drawing.definitions);
  const starts = lineStarts(score);
  const turnsWell = (line: number) => hasFreeHand(score.measures, starts[line]!);
  const layOut = (spacing: Spacing) => ({
    spacing,
    pages: breakPages(drawing.systems, header.height, turnsWell, spacing),
  });
  const [usual, tight] = [layOut(USUAL), layOut(TIGHT)];
  const { pages, spacing } = tight.pages.length < usual.pages.length ? tight : usual;
  return pages.map((systems, index) => {
    const isLast = index === pages.length - 1;
    const top = PAGE_MARGIN.top + (index === 0 ? header.height : 0);
    const spread = isLast ? 0 : spreadOf(systems, top, spacing);
    const { svg, bottom } = stack(systems, top, spacing, spread);
    const usedHeight = isLast ? Math.min(PAGE_HEIGHT, bottom + PAGE_MARGIN.bottom) : PAGE_HEIGHT;
    const footer = drawFooter(index + 1, pages.length, usedHeight, countBars(score));
    return {
      content: (index === 0 ? at(PAGE_MARGIN.left, PAGE_MARGIN.top, header.svg) : "") + svg + footer,
      definitions: drawing.definitions,
      usedHeight,
    };
  });
}

function at(x: number, y: number, svg: string): string {
  return `<g transform="translate(${round(x)}, ${round(y)})">${svg}</g>`;
}

function drawHeader({ title, artist = "", pieces }: Score, definitions: string): Block {
  let y = -24;
  let svg = "";
  for (const line of titleLines(drawable(title) || "Drum part")) {
    y += 84;
    svg += drawCentred(line, y, { size: 84, weight: "bold" });
  }
  if (drawable(artist) !== "") {
    y += 62;
    svg += drawCentred(drawable(artist), y, { size: 44 });
  }
  y += 30;
  if (pieces.length > 0) {
    const legend = drawLegend(pieces, definitions, LINE_WIDTH);
    svg += at(0, y, legend.svg);
    y += legend.height;
  }
  return { svg, height: y + 50 };
}

/** Splits a title that would become small on one line at the space nearest to its middle. */
function titleLines(title: string): string[] {
  if (84 * textWidth(title, "bold") < 1.5 * LINE_WIDTH) return [title];
  const spaces = [...title.matchAll(/ /g)].map((match) => match.index);
  if (spaces.length === 0) return [title];
  const off = (index: number) => Math.abs(index - title.length / 2);
  const middle = spaces.reduce((best, index) => (off(index) < off(best) ? index : best));
  return [title.slice(0, middle), title.slice(middle + 1)];
}

/** Draws a centred line of text, smaller if it would be too long. */
function drawCentred(text: string, y: number, look: { readonly size: number; readonly weight?: "bold" }): string {
  const size = Math.min(look.size, LINE_WIDTH / textWidth(text, look.weight ?? "regular"));
  return textElement({ ...look, x: LINE_WIDTH / 2, y, size, anchor: "middle" }, text);
}

function countBars({ measures }: Score): string {
  const bars = measures.filter(({ pickup }) => !pickup).length;
  return bars === 1 ? "1 bar" : `${bars} bars`;
}

function drawFooter(page: number, pages: number, height: number, bars: string): string {
  const y = height - 0.45 * PAGE_MARGIN.bottom;
  const number =
    pages > 1 ? textElement({ x: PAGE_WIDTH / 2, y, size: 34, anchor: "middle" }, `${page} / ${pages}`) : "";
  return (
    textElement({ x: PAGE_MARGIN.left, y, size: 28, style: "italic" }, bars) +
    number +
    textElement({ x: PAGE_WIDTH - PAGE_MARGIN.right, y, size: 28, anchor: "end", style: "italic" }, "GrooveSheet")
  );
}

function above(system: System): number {
  return (system.staffTop - system.top) / DRAWING_SCALE;
}

function below(system: System): number {
  return Math.max(STAFF_HEIGHT, (system.bottom - system.staffTop) / DRAWING_SCALE);
}

/** @returns the distance from the staff of one line to the staff of the next */
function distance(upper: System, lower: System, { gap, staves }: Spacing): number {
  return Math.max(staves, below(upper) + gap + above(lower));
}

function stackHeight(systems: readonly System[], spacing: Spacing): number {
  let height = above(systems[0]!) + below(systems.at(-1)!);
  for (let i = 1; i < systems.length; i++) height += distance(systems[i - 1]!, systems[i]!, spacing);
  return height;
}

/** @returns whether a player can turn the page before this bar: a section starts here, or the hands rest in it or before it */
function hasFreeHand(measures: readonly Measure[], start: number): boolean {
  const handsRest = ({ voices }: Measure) => voices[0]!.events.every(({ notes }) => notes.length === 0);
  return measures[start]!.section !== undefined || measures.slice(Math.max(0, start - 1), start + 1).some(handsRest);
}

/** How many lines at the foot of a page may move to the next page to allow a turn before them. */
const MOVABLE = [1, 2];
const FEWEST_LEFT = 5;

/**
 * Fills page after page. A page ends where a hand is free, if there is such a place near its end. If the last page would
 * hold a single line, the last two pages share their lines.
 *
 * @param turnsWell whether the page can be turned before the line with this index
 */
function breakPages(
  systems: readonly System[],
  headerHeight: number,
  turnsWell: (line: number) => boolean,
  spacing: Spacing,
): System[][] {
  const pages: System[][] = [];
  let page: System[] = [];
  for (const [line, system] of systems.entries()) {
    const room = PAGE_HEIGHT - PAGE_MARGIN.top - PAGE_MARGIN.bottom - (pages.length === 0 ? headerHeight : 0);
    if (page.length > 0 && stackHeight([...page, system], spacing) > room) {
      const moved = turnsWell(line) ? 0 : (MOVABLE.find((lines) => turnsWell(line - lines)) ?? 0);
      const kept = page.length - moved >= FEWEST_LEFT ? page.length - moved : page.length;
      pages.push(page.slice(0, kept));
      page = page.slice(kept);
    }
    page.push(system);
  }
  if (page.length > 0) pages.push(page);
  const [before, last] = pages.slice(-2);
  if (pages.length > 1 && last!.length === 1 && before!.length > 2) last!.unshift(before!.pop()!);
  return pages;
}

function spreadOf(systems: readonly System[], top: number, spacing: Spacing): number {
  const free = PAGE_HEIGHT - PAGE_MARGIN.bottom - top - stackHeight(systems, spacing);
  return Math.min(WIDEST_GAP - spacing.gap, Math.max(0, free / Math.max(1, systems.length - 1)));
}

function stack(
  systems: readonly System[],
  top: number,
  spacing: Spacing,
  spread: number,
): { svg: string; bottom: number } {
  let svg = "";
  let staff = top + (systems[0] ? above(systems[0]) : 0);
  for (const [index, system] of systems.entries()) {
    if (index > 0) staff += distance(systems[index - 1]!, system, spacing) + spread;
    const y = staff - system.staffTop / DRAWING_SCALE;
    svg += `<g transform="translate(${PAGE_MARGIN.left}, ${round(y)}) scale(${1 / DRAWING_SCALE})">${system.svg}</g>`;
  }
  return { svg, bottom: staff + (systems.length > 0 ? below(systems.at(-1)!) : 0) };
}

/**
 * @param cropped whether the page ends below its lowest element
 * @returns a complete SVG document
 */
export function toSvg({ content, definitions, usedHeight }: Page, cropped: boolean): string {
  const height = cropped ? Math.ceil(usedHeight) : PAGE_HEIGHT;
  return svgDocument({ width: PAGE_WIDTH, height }, definitions, content);
}
