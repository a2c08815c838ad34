import PDFDocument from "pdfkit";
import { fontFiles } from "../fonts.ts";
import { PAGE_WIDTH } from "../page-units.ts";
import { drawSvg } from "./vectors.ts";

export interface PdfFacts {
  readonly title: string;
  readonly artist?: string;
}

/** A4 in points. */
const width = 595.28;
const height = 841.89;

/** @returns the SVG pages as a vector PDF on A4, the fonts embedded */
export async function toPdf(pages: readonly string[], { title, artist }: PdfFacts): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    autoFirstPage: false,
    info: { Title: title, Creator: "GrooveSheet", ...(artist !== undefined && { Author: artist }) },
  });
  for (const [style, file] of Object.entries(fontFiles)) document.registerFont(style, file);
  const chunks: Buffer[] = [];
  document.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => document.once("end", resolve).once("error", reject));
  for (const page of pages) {
    document.addPage();
    document.scale(width / PAGE_WIDTH);
    drawSvg(document, page);
  }
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}
