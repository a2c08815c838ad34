import type { Hit, Piece } from "../../jobs/performance.ts";
import type { DroppedHit } from "../score.ts";

/** A stroke with the grace strokes that lead into it. */
export interface Stroke {
  readonly hit: Hit;
  readonly graces: readonly Hit[];
}

/** Strokes that sound as one; they get one place on the grid. */
export interface Onset {
  /** seconds: the mean of the strokes, the louder ones counting more */
  readonly time: number;
  readonly strokes: readonly Stroke[];
}

/** Strokes closer than this, in seconds, were meant together. */
const together = 0.022;
const flamShortest = 0.015;
const flamLongest = 0.06;
/** Of a 32nd: a grace stroke lies clearly closer to its main stroke than any written note could. */
const flamPart = 0.8;
/** Drums on which flams are played. */
export const flamPieces: ReadonlySet<Piece> = new Set(["snare", "rimshot", "tomHigh", "tomMid", "tomLow", "tomFloor"]);

/** Pieces of which only one can sound at a time: one drum, one cymbal. */
const surfaces: readonly ReadonlySet<Piece>[] = [
  new Set<Piece>(["hihatClosed", "hihatHalfOpen", "hihatOpen"]),
  new Set<Piece>(["snare", "rimshot", "sideStick"]),
  new Set<Piece>(["ride", "rideBell"]),
];

/** @returns true for two pieces that share a drum or cymbal */
export function sameSurface(a: Piece, b: Piece): boolean {
  return a === b || surfaces.some((surface) => surface.has(a) && surface.has(b));
}

/** Joins hits to strokes with their flams, and strokes to onsets. */
export function findOnsets(hits: readonly Hit[], beat: number): { onsets: Onset[]; dropped: DroppedHit[] } {
  const dropped: DroppedHit[] = [];
  const sorted = hits.toSorted((a, b) => a.time - b.time);
  const strokes = joinFlams(sorted, Math.min(flamLongest, (flamPart * beat) / 8), dropped);
  const onsets: Onset[] = [];
  let open: Stroke[] = [];
  for (const stroke of strokes) {
    const begin = open[0];
    const last = open.at(-1);
    const near =
      last && stroke.hit.time - last.hit.time < together && stroke.hit.time - begin!.hit.time < 1.5 * together;
    if (!near && open.length > 0) {
      onsets.push(joinStrokes(open));
      open = [];
    }
    open.push(stroke);
  }
  if (open.length > 0) onsets.push(joinStrokes(open));
  return { onsets, dropped };
}

function joinFlams(hits: readonly Hit[], longest: number, dropped: DroppedHit[]): Stroke[] {
  const strokes: Stroke[] = [];
  const waiting = new Map<Piece, Hit[]>();
  const next = nextOfPiece(hits);
  for (const [index, hit] of hits.entries()) {
    const following = next[index];
    const graces = waiting.get(hit.piece) ?? [];
    const gap = following === undefined ? Number.POSITIVE_INFINITY : following.time - hit.time;
    if (gap < flamShortest && following!.velocity >= hit.velocity) {
      dropped.push(drop(hit, "heard twice within 15 ms"));
      continue;
    }
    const leads = flamPieces.has(hit.piece) && gap <= longest && following!.velocity >= hit.velocity;
    if (leads && graces.length < 2) {
      waiting.set(hit.piece, [...graces, hit]);
      continue;
    }
    waiting.delete(hit.piece);
    strokes.push({ hit, graces });
  }
  return strokes;
}

function nextOfPiece(hits: readonly Hit[]): (Hit | undefined)[] {
  const next: (Hit | undefined)[] = new Array(hits.length);
  const seen = new Map<Piece, Hit>();
  for (let i = hits.length - 1; i >= 0; i--) {
    next[i] = seen.get(hits[i]!.piece);
    seen.set(hits[i]!.piece, hits[i]!);
  }
  return next;
}

function joinStrokes(strokes: readonly Stroke[]): Onset {
  let weight = 0;
  let sum = 0;
  for (const { hit } of strokes) {
    const w = 0.1 + hit.velocity;
    weight += w;
    sum += w * hit.time;
  }
  return { time: sum / weight, strokes };
}

/** @returns the hit as one that is not written, for the reason given */
export function drop(hit: Hit, reason: string): DroppedHit {
  return { time: hit.time, piece: hit.piece, reason };
}
