import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type Piece, piecesOf } from "@groovesheet/jobs/pieces.ts";
import type { DroppedHit } from "../score.ts";
import { drop } from "./dropped.ts";

/** What is written as one note: a stroke with the grace strokes that lead into it, or the first stroke of a roll. */
export interface Stroke {
  readonly hit: Hit;
  readonly graces: readonly Hit[];
  /** the other strokes of the roll that begins here */
  readonly rolled: readonly Hit[];
}

/** Drums on which flams and rolls are played. */
const drums = piecesOf("snare", "tom");

/** Seconds: strokes on one drum that follow quicker are no notes of their own. */
const quickest = 0.045;
/** Seconds between a grace stroke and its main stroke. */
const shortestGrace = 0.015;
const longestGrace = 0.06;
/** Strokes of a roll follow as ornaments do, or within this time, in seconds, and within this part of a 32nd. */
const longestRolled = 0.075;
const rolledPart = 0.8;
const fewestRolled = 5;

/**
 * Joins hits to strokes: flams, drags and rolls.
 * @param quarter its usual length, seconds
 */
export function joinStrokes(hits: readonly Hit[], quarter: number): { strokes: Stroke[]; dropped: DroppedHit[] } {
  const dropped: DroppedHit[] = [];
  const byPiece = new Map<Piece, Hit[]>();
  for (const hit of hits.toSorted((a, b) => a.time - b.time)) {
    byPiece.set(hit.piece, [...(byPiece.get(hit.piece) ?? []), hit]);
  }
  const longest = Math.max(quickest, Math.min(longestRolled, (rolledPart * quarter) / 8));
  const strokes: Stroke[] = [];
  for (const [piece, own] of byPiece) {
    for (const run of runsOf(own, longest)) {
      if (run.length >= fewestRolled && drums.has(piece)) strokes.push(...writeRoll(run, quarter));
      else strokes.push(...runsOf(run, quickest, 2 * quickest).map((close) => writeRun(close, dropped)));
    }
  }
  return { strokes: strokes.toSorted((a, b) => a.hit.time - b.hit.time), dropped };
}

/** Parts hits where more than so many seconds lie between two, or between the first and the last. */
function runsOf(hits: readonly Hit[], gap: number, length = Number.POSITIVE_INFINITY): Hit[][] {
  const runs: Hit[][] = [];
  for (const hit of hits) {
    const run = runs.at(-1);
    if (run && hit.time - run.at(-1)!.time < gap && hit.time - run[0]!.time < length) run.push(hit);
    else runs.push([hit]);
  }
  return runs;
}

/** A roll is one note for each beat that it lasts, and ends with its last stroke where that is the strongest. */
function writeRoll(run: readonly Hit[], quarter: number): Stroke[] {
  const last = run.at(-1)!;
  const leads = run.every((hit) => hit === last || hit.velocity < last.velocity);
  const rolled = leads ? run.slice(0, -1) : run;
  const parts = Math.max(1, Math.round((rolled.at(-1)!.time - rolled[0]!.time) / quarter));
  const strokes = Array.from({ length: parts }, (_, part) => {
    const [hit, ...others] = rolled.slice(
      Math.floor((part * rolled.length) / parts),
      Math.floor(((part + 1) * rolled.length) / parts),
    );
    return { hit: hit!, graces: [], rolled: others };
  });
  return leads ? [...strokes, { hit: last, graces: [], rolled: [] }] : strokes;
}

/**
 * The strongest of a run of quick strokes is meant; on a drum, one or two before it are its flam or drag. The others are
 * rebounds, or one stroke that was heard twice.
 */
function writeRun(run: readonly Hit[], dropped: DroppedHit[]): Stroke {
  const hit = run.reduce((a, b) => (b.velocity >= a.velocity ? b : a));
  const before = run.filter((other) => hit.time - other.time >= shortestGrace);
  const graces = drums.has(hit.piece) ? before.slice(-2) : [];
  for (const other of run) if (other !== hit && !graces.includes(other)) dropped.push(drop(other, "rebound"));
  return { hit, graces, rolled: [] };
}

/** @returns true for two strokes of one drum that lie as a flam does */
export function isFlam(early: Stroke, late: Stroke): boolean {
  const gap = late.hit.time - early.hit.time;
  return (
    early.hit.piece === late.hit.piece &&
    drums.has(early.hit.piece) &&
    gap >= shortestGrace &&
    gap <= longestGrace &&
    early.hit.velocity <= late.hit.velocity &&
    hitsOf(early).length + hitsOf(late).length === 2
  );
}

/** @returns all hits of a stroke */
export function hitsOf({ hit, graces, rolled }: Stroke): Hit[] {
  return [...graces, hit, ...rolled];
}
