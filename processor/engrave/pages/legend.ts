import type { Piece, WrittenPiece } from "@groovesheet/jobs/pieces.ts";
import { textWidth } from "../fonts.ts";
import { height, type KitLayout, layKit } from "../kit.ts";
import { round, textElement } from "../text.ts";

/** A part of a page: drawn from its upper left corner, in page units. */
export interface Block {
  readonly svg: string;
  readonly height: number;
}

/** Half a staff space in page units: the key's staff is smaller than the music's. */
const step = 6;
const glyphScale = (2 * step) / 250;
const labelSize = 25;
const gap = 26;
const clefWidth = 58;
const above = 64;
const below = 46;
/** F5, the top line. */
const topLine = height({ octave: 5, step: "F" } as WrittenPiece);
const heads = { normal: ["E0A4", "E0A3"], x: ["E0A9"], diamond: ["E0DB", "E0DD"], triangle: ["E0AF"] } as const;
const halfHead = 148;

/**
 * Draws the drum key: which line and which head is which piece.
 * @param definitions the glyphs that the music uses; the key uses no others
 * @param width of the page between its margins
 */
export function drawLegend(pieces: readonly Piece[], definitions: string, width: number): Block {
  const kit = layKit(pieces);
  const order = pieces.toSorted((a, b) => height(kit[a]) - height(kit[b]));
  const rows = wrap(order, kit, width - clefWidth - gap);
  const glyphs = new Map(
    [...definitions.matchAll(/<g id="((E[0-9A-F]{3})[^"]*)"/g)].map(([, id, name]) => [name!, id!]),
  );
  const rowHeight = above + 8 * step + below;
  const svg = rows.map((row, index) => drawRow(row, kit, glyphs, index * rowHeight + above)).join("");
  return { svg, height: rows.length * rowHeight };
}

function columnWidth(entry: WrittenPiece): number {
  return Math.max(52, textWidth(entry.short, "regular") * labelSize + gap);
}

/** Rows of about equal width, where one does not hold all. */
function wrap(pieces: readonly Piece[], kit: KitLayout, width: number): Piece[][] {
  const total = pieces.reduce((sum, piece) => sum + columnWidth(kit[piece]), 0);
  const limit = Math.min(width, total / Math.ceil(total / width) + 60);
  const rows: Piece[][] = [];
  let left = 0;
  for (const piece of pieces) {
    const needed = columnWidth(kit[piece]);
    if (needed > left) {
      rows.push([]);
      left = limit;
    }
    rows.at(-1)!.push(piece);
    left -= needed;
  }
  return rows;
}

function drawRow(pieces: readonly Piece[], kit: KitLayout, glyphs: ReadonlyMap<string, string>, top: number): string {
  const use = (names: readonly string[], x: number, y: number) => {
    const id = names.map((name) => glyphs.get(name)).find((known) => known !== undefined);
    return id === undefined
      ? ""
      : `<use xlink:href="#${id}" transform="translate(${round(x)}, ${round(y)}) scale(${glyphScale}, ${glyphScale})"/>`;
  };
  const line = (x1: number, x2: number, y: number) =>
    `<path d="M${round(x1)} ${y} L${round(x2)} ${y}" stroke="#000" stroke-width="1"/>`;
  const parts = [use(["E069"], step, top + 4 * step)];
  let x = clefWidth;
  for (const piece of pieces) {
    const entry = kit[piece];
    const middle = x + columnWidth(entry) / 2;
    const above = height(entry) - topLine;
    const y = top - above * step;
    parts.push(use(heads[entry.notehead], middle - halfHead * glyphScale, y));
    for (let ledger = 2; ledger <= above; ledger += 2) parts.push(line(middle - 11, middle + 11, top - ledger * step));
    if (piece === "hihatOpen") parts.push(use(["E5E7"], middle - 5, y - 3 * step));
    if (piece === "hihatHalfOpen") parts.push(use(["E614"], middle - 5, y - 3 * step));
    parts.push(textElement({ x: middle, y: top + 8 * step + 36, size: labelSize, anchor: "middle" }, entry.short));
    x += columnWidth(entry);
  }
  for (let i = 0; i < 5; i++) parts.push(line(0, x, top + 2 * i * step));
  return parts.join("");
}
