import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type Piece, piecesOf } from "@groovesheet/jobs/pieces.ts";
import type { ScoreNote } from "../../score.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { WHOLE } from "../ticks.ts";

const ghostPieces = piecesOf("snare");
const accentPieces: ReadonlySet<Piece> = new Set([
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
/** A ghost is softer than this part of the drum's backbeat, which is its upper quartile. */
const ghostPart = 0.5;
/** An accent is this much louder than the piece's median, and never more than this part of its strokes is accented. */
const accentPart = 1.4;
const accentShare = 0.15;
const accentFewest = 8;
const hihats = piecesOf("hihat");

/** Turns strokes into notes: how loud each is among the strokes of its piece, and which hi-hat closes an open one. */
export function markNotes(strokes: readonly PlacedStroke[]): Map<PlacedStroke, ScoreNote> {
  const thresholds = thresholdsByPiece(strokes);
  const closing = findClosing(strokes);
  return new Map(
    strokes.map((stroke) => {
      const { ghost, accent } = thresholds.get(stroke.hit.piece)!;
      const { velocity } = stroke.hit;
      const dynamic = velocity < ghost ? "ghost" : velocity > accent ? "accent" : "normal";
      const note = toNote(stroke.hit, dynamic, closing.has(stroke));
      return [stroke, stroke.rolled.length > 0 ? { ...note, rolled: stroke.rolled } : note];
    }),
  );
}

/** @returns a note as it was struck */
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
  const ghost = ghostPieces.has(piece) ? ghostPart * at(0.75, sorted) : 0;
  const normal = sorted.filter((velocity) => velocity >= ghost);
  const accent = accentPart * at(0.5, normal);
  const loud = normal.filter((velocity) => velocity > accent).length;
  const stands = accentPieces.has(piece) && normal.length >= accentFewest && loud <= accentShare * normal.length;
  return { ghost, accent: stands ? accent : Number.POSITIVE_INFINITY };
}

function findClosing(strokes: readonly PlacedStroke[]): Set<PlacedStroke> {
  const closing = new Set<PlacedStroke>();
  let open: number | undefined;
  for (const stroke of strokes) {
    const { piece } = stroke.hit;
    if (!hihats.has(piece)) continue;
    if (piece === "hihatClosed" && open !== undefined && stroke.tick - open <= WHOLE) closing.add(stroke);
    open = piece === "hihatOpen" || piece === "hihatHalfOpen" ? stroke.tick : undefined;
  }
  return closing;
}
