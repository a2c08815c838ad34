import { setImmediate } from "node:timers/promises";
import PDFDocument from "pdfkit";
import { FONT_FILES } from "../fonts.ts";
import { PAGE_WIDTH } from "../page-units.ts";
import { printable } from "../text.ts";
import { drawSvg } from "./vectors.ts";

export interface PdfFacts {
  readonly title: string;
  readonly artist?: string;
}

/** A4 in points. */
const WIDTH = 595.28;
const HEIGHT = 841.89;

/** @returns the SVG pages as a vector PDF on A4 with embedded fonts */
export async function toPdf(pages: Iterable<string>, { title, artist }: PdfFacts): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: [WIDTH, HEIGHT],
    margin: 0,
    autoFirstPage: false,
    info: {
      Title: printable(title),
      Creator: "GrooveSheet",
      ...(artist !== undefined && { Author: printable(artist) }),
    },
  });
  for (const [style, file] of Object.entries(FONT_FILES)) document.registerFont(style, file);
  const chunks: Buffer[] = [];
  document.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => document.once("end", resolve).once("error", reject));
  for (const page of pages) {
    document.addPage();
    document.scale(WIDTH / PAGE_WIDTH);
    drawSvg(document, page);
    await setImmediate(); // lets the page before be compressed and written
  }
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}
