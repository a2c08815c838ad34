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

/** Joins each run of two or three quick strokes on one drum, the last the loudest, to a flam or a drag. */
function joinFlams(hits: readonly Hit[], longest: number, dropped: DroppedHit[]): Stroke[] {
  const strokes: Stroke[] = [];
  const runs = new Map<Piece, Hit[]>();
  const close = (run: readonly Hit[]) => {
    const main = run.at(-1)!;
    const isOrnament = run.length <= 3 && run.every((hit) => hit.velocity <= main.velocity);
    if (isOrnament) strokes.push({ hit: main, graces: run.slice(0, -1) });
    else strokes.push(...run.map((hit) => ({ hit, graces: [] })));
  };
  for (const hit of hits) {
    const run = runs.get(hit.piece);
    const last = run?.at(-1);
    const gap = last ? hit.time - last.time : Number.POSITIVE_INFINITY;
    if (gap < flamShortest) {
      const [kept, lost] = hit.velocity >= last!.velocity ? [hit, last!] : [last!, hit];
      run![run!.length - 1] = kept;
      dropped.push(drop(lost, "heard twice within 15 ms"));
    } else if (gap <= longest && flamPieces.has(hit.piece)) run!.push(hit);
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
