import { createRequire } from "node:module";

/** Verovio's drawing units in a page unit. */
export const DRAWING_SCALE = 10;
/** Verovio parts what is longer into several pages, which we join again. */
const TALLEST_PAGE = 60_000;

/** One line of music as drawn, in verovio's drawing units. */
export interface System {
  readonly svg: string;
  /** of the top line of the staff */
  readonly staffTop: number;
  /** of the highest and the lowest thing drawn */
  readonly top: number;
  readonly bottom: number;
}

export interface Drawing {
  readonly systems: readonly System[];
  /** the glyphs that the systems use */
  readonly definitions: string;
}

/** What we use of verovio's toolkit. */
interface Toolkit {
  getPageCount(): number;
  loadData(data: string): boolean;
  renderToSVG(page: number): string;
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
 * Loading compiles several megabytes of WebAssembly: it is done once, and may be begun before there is a score. The
 * package is required and not imported: a TypeScript loader would transform all of it, which takes a gigabyte.
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
 * @param width of the lines, in page units
 * @param fullLastLine whether the last line is spread over the width as the others are
 * @throws Error where verovio cannot read the MusicXML
 */
export async function draw(musicXml: string, width: number, fullLastLine: boolean): Promise<Drawing> {
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

/** Half the height of most glyphs, whose own outline is not looked at. */
const GLYPH_REACH = 200;

/** @returns the highest and the lowest place at which something is drawn, about */
export function extent(svg: string): { top: number; bottom: number } {
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  const include = (low: number, high: number) => {
    top = Math.min(top, low);
    bottom = Math.max(bottom, high);
  };
  for (const [, y] of svg.matchAll(/translate\(-?[\d.]+, (-?[\d.]+)\)/g))
    include(Number(y) - GLYPH_REACH, Number(y) + GLYPH_REACH);
  for (const [, y] of svg.matchAll(/ y="(-?[\d.]+)"/g)) include(Number(y) - GLYPH_REACH, Number(y));
  for (const [, a, b] of svg.matchAll(/<path d="M-?[\d.]+ (-?[\d.]+) L-?[\d.]+ (-?[\d.]+)"/g)) {
    include(Math.min(Number(a), Number(b)), Math.max(Number(a), Number(b)));
  }
  for (const [, points] of svg.matchAll(/points="([^"]*)"/g)) {
    for (const [, y] of points!.matchAll(/,(-?[\d.]+)/g)) include(Number(y), Number(y));
  }
  return { top, bottom };
}

/** Each page defines the glyphs it uses; a glyph is the same on all of them. */
function mergeDefinitions(pages: readonly string[]): string {
  const glyphs = new Map<string, string>();
  for (const page of pages) {
    const definitions = page.slice(page.indexOf("<defs>") + 6, page.indexOf("</defs>"));
    for (const [glyph, id] of definitions.matchAll(/<g id="([^"]+)">.*?<\/g>/gs)) glyphs.set(id!, glyph);
  }
  return [...glyphs.values()].join("");
}
