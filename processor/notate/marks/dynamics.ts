import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type Piece, piecesOf } from "@groovesheet/jobs/pieces.ts";
import type { ScoreNote } from "../../score.ts";
import { contextOf } from "../patterns/occurrence.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { WHOLE } from "../ticks.ts";

const GHOST_PIECES = piecesOf("snare");
const ACCENT_PIECES: ReadonlySet<Piece> = new Set([
  "snare",
  "rimshot",
  "hihatClosed",
  "hihatOpen",
  "ride",
  "tomHigh",
  "tomMid",
  "tomLow",
  "tomFloor",
]);
/** A ghost note is softer than this share of the drum's backbeat, which is its upper quartile. */
const GHOST_RATIO = 0.5;
/** Log-odds of a ghost note for each e-fold of velocity: 30 % below the threshold nine of ten are ghosts. */
const GHOST_SLOPE = 6;
/**
 * An accent is this much louder than the piece's median, and louder by this number of standard deviations of its hits, of
 * which the network's errors are a large part. At most this share of the hits is accented.
 */
const ACCENT_RATIO = 1.4;
const ACCENT_DEVIATIONS = 2.5;
/** Standard deviation of normally distributed values for each unit of their median absolute deviation. */
const DEVIATION_PER_MAD = 1.4826;
const MOST_ACCENTED = 0.15;
const FEWEST_FOR_ACCENTS = 8;
const HIHATS = piecesOf("hihat");

/**
 * Turns strokes into notes: how loud each is among the hits of its piece, and which hi-hat closes an open one.
 *
 * @param alike lists of strokes at the same place of similar bars, which decide doubtful ghost notes together
 */
export function markNotes(
  strokes: readonly PlacedStroke[],
  alike: readonly (readonly PlacedStroke[])[],
): Map<PlacedStroke, ScoreNote> {
  const thresholds = thresholdsByPiece(strokes);
  const closing = findClosing(strokes);
  const isGhost = findGhosts(strokes, alike, (piece) => thresholds.get(piece)!.ghost);
  return new Map(
    strokes.map((stroke) => {
      const isAccent = stroke.hit.velocity > thresholds.get(stroke.hit.piece)!.accent;
      const dynamic = isGhost.has(stroke) ? "ghost" : isAccent ? "accent" : "normal";
      const note = toNote(stroke.hit, dynamic, closing.has(stroke));
      return [stroke, stroke.rolled.length > 0 ? { ...note, rolled: stroke.rolled } : note];
    }),
  );
}

/** @returns the strokes that are ghost notes, by their velocity and by that of the strokes at the same place */
function findGhosts(
  strokes: readonly PlacedStroke[],
  alike: readonly (readonly PlacedStroke[])[],
  threshold: (piece: Piece) => number,
): Set<PlacedStroke> {
  const oddsOf = ({ hit }: PlacedStroke) => GHOST_SLOPE * Math.log(threshold(hit.piece) / Math.max(hit.velocity, 0.01));
  const odds = new Map(strokes.filter(({ hit }) => threshold(hit.piece) > 0).map((stroke) => [stroke, oddsOf(stroke)]));
  for (const list of alike) {
    const own = list.filter((stroke) => odds.has(stroke));
    const context = contextOf(own.map((stroke) => odds.get(stroke)!));
    for (const [index, stroke] of own.entries()) odds.set(stroke, odds.get(stroke)! + context[index]!);
  }
  return new Set(strokes.filter((stroke) => (odds.get(stroke) ?? 0) > 0));
}

/** @returns the note of a hit */
export function toNote(hit: Hit, dynamic: ScoreNote["dynamic"], closing = false): ScoreNote {
  return { ...hit, dynamic, closing };
}

interface Thresholds {
  readonly ghost: number;
  readonly accent: number;
}

function thresholdsByPiece(strokes: readonly PlacedStroke[]): Map<Piece, Thresholds> {
  const velocities = new Map<Piece, number[]>();
  for (const { hit } of strokes) {
    const known = velocities.get(hit.piece);
    if (known) known.push(hit.velocity);
    else velocities.set(hit.piece, [hit.velocity]);
  }
  return new Map([...velocities].map(([piece, values]) => [piece, thresholds(piece, values)]));
}

function thresholds(piece: Piece, velocities: readonly number[]): Thresholds {
  const sorted = velocities.toSorted((a, b) => a - b);
  const at = (part: number, values: readonly number[]) =>
    values[Math.min(values.length - 1, Math.floor(part * values.length))]!;
  const ghost = GHOST_PIECES.has(piece) ? GHOST_RATIO * at(0.75, sorted) : 0;
  const normal = sorted.filter((velocity) => velocity >= ghost);
  const median = at(0.5, normal);
  const deviations = normal.map((velocity) => Math.abs(velocity - median)).toSorted((a, b) => a - b);
  const deviation = DEVIATION_PER_MAD * at(0.5, deviations);
  const accent = Math.max(ACCENT_RATIO * median, median + ACCENT_DEVIATIONS * deviation);
  const loud = normal.filter((velocity) => velocity > accent).length;
  const stands =
    ACCENT_PIECES.has(piece) && normal.length >= FEWEST_FOR_ACCENTS && loud <= MOST_ACCENTED * normal.length;
  return { ghost, accent: stands ? accent : Number.POSITIVE_INFINITY };
}

function findClosing(strokes: readonly PlacedStroke[]): Set<PlacedStroke> {
  const closing = new Set<PlacedStroke>();
  let open: number | undefined;
  for (const stroke of strokes) {
    const { piece } = stroke.hit;
    if (!HIHATS.has(piece)) continue;
    if (piece === "hihatClosed" && open !== undefined && stroke.tick - open <= WHOLE) closing.add(stroke);
    open = piece === "hihatOpen" || piece === "hihatHalfOpen" ? stroke.tick : undefined;
  }
  return closing;
}
