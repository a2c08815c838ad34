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
/** Strokes on one drum that follow quicker than this, in seconds, are no notes of their own. */
const quickest = 0.045;
const flamShortest = 0.015;
const twice = "follows or comes before a stronger stroke on the same instrument within 45 ms";
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
export function findOnsets(hits: readonly Hit[]): { onsets: Onset[]; dropped: DroppedHit[] } {
  const dropped: DroppedHit[] = [];
  const sorted = hits.toSorted((a, b) => a.time - b.time);
  const strokes = joinRuns(sorted, dropped);
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

/**
 * Joins each run of quick strokes on one drum to one stroke, the strongest: on a drum, one or two before it are its flam or
 * drag; the others are rebounds, or one stroke that was heard twice.
 */
function joinRuns(hits: readonly Hit[], dropped: DroppedHit[]): Stroke[] {
  const strokes: Stroke[] = [];
  const runs = new Map<Piece, Hit[]>();
  const close = (run: readonly Hit[]) => {
    const main = run.reduce((a, b) => (b.velocity >= a.velocity ? b : a));
    const before = run.filter((hit) => hit.time < main.time && main.time - hit.time >= flamShortest);
    const graces = flamPieces.has(main.piece) ? before.slice(-2) : [];
    strokes.push({ hit: main, graces });
    for (const hit of run) if (hit !== main && !graces.includes(hit)) dropped.push(drop(hit, twice));
  };
  for (const hit of hits) {
    const run = runs.get(hit.piece);
    if (run && hit.time - run.at(-1)!.time < quickest && hit.time - run[0]!.time < 2 * quickest) run.push(hit);
    else {
      if (run) close(run);
      runs.set(hit.piece, [hit]);
    }
  }
  for (const run of runs.values()) close(run);
  return strokes.sort((a, b) => a.hit.time - b.hit.time);
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
