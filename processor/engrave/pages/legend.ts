import type { Piece, WrittenPiece } from "@groovesheet/jobs/pieces.ts";
import { textWidth } from "../fonts.ts";
import { height, type KitLayout, layKit } from "../kit.ts";
import { round, textElement } from "../text.ts";

/** A part of a page, drawn from its upper left corner in page units. */
export interface Block {
  readonly svg: string;
  readonly height: number;
}

/** Half a staff space, page units; the staff of the drum key is smaller than that of the music. */
const STEP = 6;
const GLYPH_SCALE = (2 * STEP) / 250;
const LABEL_SIZE = 25;
const GAP = 26;
const CLEF_WIDTH = 58;
const ABOVE = 64;
const BELOW = 46;
/** F5, the top line. */
const topLine = height({ octave: 5, step: "F" } as WrittenPiece);
const HEADS = { normal: ["E0A4", "E0A3"], x: ["E0A9"], diamond: ["E0DB", "E0DD"], triangle: ["E0AF"] } as const;
const HALF_HEAD = 148;

/**
 * Draws the drum key, which explains the staff position and notehead of each piece.
 *
 * @param definitions the glyphs that the music uses; the key uses no others
 * @param width width between the margins, page units
 */
export function drawLegend(pieces: readonly Piece[], definitions: string, width: number): Block {
  const kit = layKit(pieces);
  const order = pieces.toSorted((a, b) => height(kit[a]) - height(kit[b]));
  const rows = wrap(order, kit, width - CLEF_WIDTH - GAP);
  const glyphs = new Map(
    [...definitions.matchAll(/<g id="((E[0-9A-F]{3})[^"]*)"/g)].map(([, id, name]) => [name!, id!]),
  );
  const rowHeight = ABOVE + 8 * STEP + BELOW;
  const svg = rows.map((row, index) => drawRow(row, kit, glyphs, index * rowHeight + ABOVE)).join("");
  return { svg, height: rows.length * rowHeight };
}

function columnWidth(entry: WrittenPiece): number {
  return Math.max(52, textWidth(entry.short, "regular") * LABEL_SIZE + GAP);
}

/** Splits the pieces into rows of about equal width if one row cannot hold them. */
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
      : `<use xlink:href="#${id}" transform="translate(${round(x)}, ${round(y)}) scale(${GLYPH_SCALE}, ${GLYPH_SCALE})"/>`;
  };
  const line = (x1: number, x2: number, y: number) =>
    `<path d="M${round(x1)} ${y} L${round(x2)} ${y}" stroke="#000" stroke-width="1"/>`;
  const parts = [use(["E069"], STEP, top + 4 * STEP)];
  let x = CLEF_WIDTH;
  for (const piece of pieces) {
    const entry = kit[piece];
    const middle = x + columnWidth(entry) / 2;
    const above = height(entry) - topLine;
    const y = top - above * STEP;
    parts.push(use(HEADS[entry.notehead], middle - HALF_HEAD * GLYPH_SCALE, y));
    for (let ledger = 2; ledger <= above; ledger += 2) parts.push(line(middle - 11, middle + 11, top - ledger * STEP));
    if (piece === "hihatOpen") parts.push(use(["E5E7"], middle - 5, y - 3 * STEP));
    if (piece === "hihatHalfOpen") parts.push(use(["E614"], middle - 5, y - 3 * STEP));
    parts.push(textElement({ x: middle, y: top + 8 * STEP + 36, size: LABEL_SIZE, anchor: "middle" }, entry.short));
    x += columnWidth(entry);
  }
  for (let i = 0; i < 5; i++) parts.push(line(0, x, top + 2 * i * STEP));
  return parts.join("");
}
