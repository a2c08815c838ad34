import type { Format } from "@groovesheet/jobs/options.ts";
import type { OnProgress } from "../recording.ts";
import type { Score } from "../score.ts";
import { toGuitarPro } from "./guitar-pro/guitar-pro.ts";
import { type MidiOptions, toMidi } from "./midi/midi.ts";
import { type ElementWriter, elementWriter } from "./musicxml/elements.ts";
import { toMusicXml } from "./musicxml/musicxml.ts";
import { toMxl } from "./musicxml/mxl.ts";
import { LINE_WIDTH } from "./page-units.ts";
import { layPages, type Page, toSvg } from "./pages/pages.ts";
import { toPdf } from "./pages/pdf.ts";
import { toPngs } from "./pages/png.ts";
import { prepareXml, repair } from "./pages/repairs.ts";
import { emptyUnderSigns } from "./pages/repeat-signs.ts";
import { draw, loadVerovio } from "./pages/verovio.ts";
import { lineStarts, PAGE_LINES } from "./systems.ts";
import { toTab } from "./tab/tab.ts";

/** A file of the score. */
export interface EngravedFile {
  /** what follows the song's name, such as ".musicxml" or "-1.png" */
  readonly suffix: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A last line with fewer bars than this is not stretched to the full width. */
const FEWEST_BARS_SPREAD = 3;
/** width of a page's picture, pixels */
const PNG_WIDTH = 1600;

/** Loads what draws pages, so that it is ready when the score is. Call it where the process waits for another one anyway. */
export function prepareEngraving(formats: readonly Format[]): void {
  if (formats.includes("png") || formats.includes("pdf")) loadVerovio().catch(() => {}); // `engrave` reports what failed
}

/**
 * Makes the files of a score. Drawing a long song takes seconds of synchronous work: do not call it on a thread that holds
 * a queue lock or a heartbeat.
 *
 * @param formats the files to make; `json` and `chart` need more than the score and are ignored
 * @throws Error where verovio cannot read the MusicXML
 */
export async function engrave(
  score: Score,
  formats: readonly Format[],
  { timing = "performed", onProgress }: Partial<MidiOptions> & { readonly onProgress?: OnProgress | undefined } = {},
): Promise<EngravedFile[]> {
  const wanted = new Set(formats);
  const files: EngravedFile[] = [];
  const add = (suffix: string, mediaType: string, bytes: Uint8Array) => files.push({ suffix, mediaType, bytes });

  const write = elementWriter();
  const xml = toMusicXml(score, PAGE_LINES, write);
  if (wanted.has("musicxml")) {
    add(".musicxml", "application/vnd.recordare.musicxml+xml", new TextEncoder().encode(xml));
  }
  if (wanted.has("mxl")) add(".mxl", "application/vnd.recordare.musicxml", toMxl(xml));
  if (wanted.has("midi")) add(".mid", "audio/midi", toMidi(score, { timing }));
  if (wanted.has("gp")) add(".gp", "application/x-guitar-pro", await toGuitarPro(score));
  if (wanted.has("tab")) add(".tab.txt", "text/plain; charset=utf-8", new TextEncoder().encode(toTab(score)));
  onProgress?.(0.15);
  if (!wanted.has("png") && !wanted.has("pdf")) return files;

  const pages = await engravePages(score, write);
  onProgress?.(0.5);
  const onPage = (drawn: number) => onProgress?.(0.5 + (0.5 * drawn) / pages.length);
  const stop = new AbortController();
  const [pictures, pdf] = await Promise.all([
    wanted.has("png") ? toPngs(svgsOf(pages, true), PNG_WIDTH, { onPage, signal: stop.signal }) : [],
    wanted.has("pdf") ? toPdf(svgsOf(pages, false), score) : undefined,
  ]).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  if (pdf) add(".pdf", "application/pdf", pdf);
  for (const [index, picture] of pictures.entries()) add(`-${index + 1}.png`, "image/png", picture);
  return files;
}

/** One page at a time: those of a long song need much memory. */
function* svgsOf(pages: readonly Page[], cropped: boolean): Generator<string> {
  for (const page of pages) yield toSvg(page, cropped);
}

/** @returns the score's pages as SVG content */
export async function engravePages(score: Score, write: ElementWriter = elementWriter()): Promise<Page[]> {
  const barsInLastLine = score.measures.length - lineStarts(score).at(-1)!;
  const xml = toMusicXml(emptyUnderSigns(score), PAGE_LINES, write);
  const drawing = await draw(prepareXml(xml), LINE_WIDTH, barsInLastLine >= FEWEST_BARS_SPREAD);
  return layPages(repair(drawing, score), score);
}
