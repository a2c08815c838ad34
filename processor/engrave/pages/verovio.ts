import { createRequire } from "node:module";

/** verovio's drawing units per page unit */
export const DRAWING_SCALE = 10;
/** Verovio splits longer music into several pages, which are joined again here. */
const TALLEST_PAGE = 60_000;

/** One line of music as drawn. Lengths are in verovio's drawing units. */
export interface System {
  readonly svg: string;
  /** y of the top line of the staff */
  readonly staffTop: number;
  /** y of the highest and the lowest element */
  readonly top: number;
  readonly bottom: number;
}

export interface Drawing {
  readonly systems: readonly System[];
  /** the glyphs that the systems use */
  readonly definitions: string;
}

/** A drawing in which the elements of the systems still have their ids, and the times of these elements. */
export interface TimedDrawing extends Drawing {
  readonly timemap: readonly TimemapEntry[];
}

/** What begins at one time of the score. */
export interface TimemapEntry {
  /** quarters from the start of the score */
  readonly qstamp: number;
  /** id of the measure that begins */
  readonly measureOn?: string;
  /** ids of notes and rests that begin */
  readonly on?: readonly string[];
  readonly restsOn?: readonly string[];
}

/** The part of verovio's toolkit that is used here. */
interface Toolkit {
  getPageCount(): number;
  loadData(data: string): boolean;
  renderToSVG(page: number): string;
  renderToTimemap(options: Readonly<Record<string, unknown>>): readonly TimemapEntry[];
  setOptions(options: Readonly<Record<string, unknown>>): void;
}

interface Verovio {
  readonly module: { calledRun?: boolean; onRuntimeInitialized?: () => void };
  readonly toolkit: new () => Toolkit;
  readonly LOG_ERROR: number;
  enableLog(level: number): void;
}

let loading: Promise<Toolkit> | undefined;

/**
 * Loads verovio once; a call before the first score saves time later, because loading compiles several megabytes of
 * WebAssembly. The package is required rather than imported: a TypeScript loader would transform all of it, which takes a
 * gigabyte of memory.
 */
export function loadVerovio(): Promise<Toolkit> {
  loading ??= new Promise((resolve) => {
    const verovio: Verovio = createRequire(import.meta.url)("verovio");
    const begin = () => {
      verovio.enableLog(verovio.LOG_ERROR);
      resolve(new verovio.toolkit());
    };
    if (verovio.module.calledRun) begin();
    else verovio.module.onRuntimeInitialized = begin;
  });
  return loading;
}

/**
 * Draws a score.
 *
 * @param width width of the lines, page units
 * @param fullLastLine whether the last line is stretched to the full width like the others
 * @throws Error if verovio cannot read the MusicXML
 */
export async function draw(musicXml: string, width: number, fullLastLine: boolean): Promise<Drawing> {
  return drawingOf(await load(musicXml, width, fullLastLine));
}

/** Like `draw`, with the time at which each note and rest begins. */
export async function drawTimed(musicXml: string, width: number, fullLastLine: boolean): Promise<TimedDrawing> {
  const toolkit = await load(musicXml, width, fullLastLine);
  return { ...drawingOf(toolkit), timemap: toolkit.renderToTimemap({ includeMeasures: true, includeRests: true }) };
}

async function load(musicXml: string, width: number, fullLastLine: boolean): Promise<Toolkit> {
  const toolkit = await loadVerovio();
  toolkit.setOptions({
    breaks: "encoded",
    header: "none",
    footer: "none",
    font: "Leland",
    smuflTextFont: "none",
    svgFormatRaw: true,
    svgRemoveXlink: false,
    xmlIdChecksum: true,
    pageWidth: width,
    pageHeight: TALLEST_PAGE,
    adjustPageHeight: true,
    pageMarginLeft: 0,
    pageMarginRight: 0,
    pageMarginTop: 0,
    pageMarginBottom: 0,
    mnumInterval: 0,
    minLastJustification: fullLastLine ? 0 : 0.8,
    spacingSystem: 4,
    spacingLinear: 0.25,
    spacingNonLinear: 0.6,
    measureMinWidth: 15,
  });
  if (!toolkit.loadData(musicXml)) throw new Error("verovio refused the MusicXML");
  return toolkit;
}

function drawingOf(toolkit: Toolkit): Drawing {
  const pages = Array.from({ length: toolkit.getPageCount() }, (_, page) => toolkit.renderToSVG(page + 1));
  return { systems: pages.flatMap(systemsOf), definitions: mergeDefinitions(pages) };
}

const SYSTEM_START = '<g id="[^"]*" class="system">';

function systemsOf(page: string): System[] {
  const [, ...parts] = page.split(new RegExp(`(?=${SYSTEM_START})`));
  return parts.map((part, index) => {
    const svg = index === parts.length - 1 ? part.slice(0, part.lastIndexOf("</g></svg>")) : part;
    const staff = /<path d="M-?\d+ (-?\d+) L-?\d+ \1" stroke-width/.exec(svg);
    if (staff === null) throw new Error("a line of music was drawn without a staff");
    return { svg, staffTop: Number(staff[1]), ...extent(svg) };
  });
}

/** Half the height of most glyphs; their outlines are not measured. */
const GLYPH_REACH = 200;
/** Height of most texts above their baseline. */
const TEXT_REACH = 330;

/** @returns approximate y of the highest and the lowest element */
export function extent(svg: string): { top: number; bottom: number } {
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  const include = (low: number, high: number) => {
    top = Math.min(top, low);
    bottom = Math.max(bottom, high);
  };
  for (const [, y] of svg.matchAll(/translate\(-?[\d.]+, (-?[\d.]+)\)/g))
    include(Number(y) - GLYPH_REACH, Number(y) + GLYPH_REACH);
  for (const [, y] of svg.matchAll(/ y="(-?[\d.]+)"/g)) include(Number(y) - TEXT_REACH, Number(y));
  for (const [, a, b] of svg.matchAll(/<path d="M-?[\d.]+ (-?[\d.]+) L-?[\d.]+ (-?[\d.]+)"/g)) {
    include(Math.min(Number(a), Number(b)), Math.max(Number(a), Number(b)));
  }
  for (const [, points] of svg.matchAll(/points="([^"]*)"/g)) {
    for (const [, y] of points!.matchAll(/,(-?[\d.]+)/g)) include(Number(y), Number(y));
  }
  return { top, bottom };
}

/** Each page defines the glyphs that it uses; a glyph has the same outline on every page. */
function mergeDefinitions(pages: readonly string[]): string {
  const glyphs = new Map<string, string>();
  for (const page of pages) {
    const definitions = page.slice(page.indexOf("<defs>") + 6, page.indexOf("</defs>"));
    for (const [glyph, id] of definitions.matchAll(/<g id="([^"]+)">.*?<\/g>/gs)) glyphs.set(id!, glyph);
  }
  return [...glyphs.values()].join("");
}
