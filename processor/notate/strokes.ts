import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type Piece, piecesOf } from "@groovesheet/jobs/pieces.ts";
import type { DroppedHit } from "../score.ts";
import { drop } from "./dropped.ts";

/** A gesture that is written as one note: a hit with the grace hits that lead into it, or the hits of a roll. */
export interface Stroke {
  readonly hit: Hit;
  readonly graces: readonly Hit[];
  /** the other hits of the roll that begins here */
  readonly rolled: readonly Hit[];
}

/** Drums on which flams and rolls are played. */
const DRUMS = piecesOf("snare", "tom");

/** Seconds: hits on one drum that follow each other faster do not get notes of their own. */
const QUICKEST = 0.045;
/** Seconds between a grace hit and its main hit. */
const SHORTEST_GRACE = 0.015;
const LONGEST_GRACE = 0.06;
/** Hits of a roll follow each other as fast as ornaments, or within this time, in seconds, and this share of a 32nd. */
const LONGEST_ROLLED = 0.075;
const ROLLED_SHARE = 0.8;
const FEWEST_ROLLED = 5;

/**
 * Groups hits into strokes: flams, drags and rolls.
 *
 * @param quarter usual length of a quarter, seconds
 */
export function joinStrokes(hits: readonly Hit[], quarter: number): { strokes: Stroke[]; dropped: DroppedHit[] } {
  const dropped: DroppedHit[] = [];
  const byPiece = new Map<Piece, Hit[]>();
  for (const hit of hits.toSorted((a, b) => a.time - b.time)) {
    byPiece.set(hit.piece, [...(byPiece.get(hit.piece) ?? []), hit]);
  }
  const longest = Math.max(QUICKEST, Math.min(LONGEST_ROLLED, (ROLLED_SHARE * quarter) / 8));
  const strokes: Stroke[] = [];
  for (const [piece, own] of byPiece) {
    for (const run of runsOf(own, longest)) {
      if (run.length >= FEWEST_ROLLED && DRUMS.has(piece)) strokes.push(...writeRoll(run, quarter));
      else strokes.push(...runsOf(run, QUICKEST, 2 * QUICKEST).map((close) => writeRun(close, dropped)));
    }
  }
  return { strokes: strokes.toSorted((a, b) => a.hit.time - b.hit.time), dropped };
}

/** Splits hits where more than `gap` seconds lie between two, or more than `length` between the first and the last. */
function runsOf(hits: readonly Hit[], gap: number, length = Number.POSITIVE_INFINITY): Hit[][] {
  const runs: Hit[][] = [];
  for (const hit of hits) {
    const run = runs.at(-1);
    if (run && hit.time - run.at(-1)!.time < gap && hit.time - run[0]!.time < length) run.push(hit);
    else runs.push([hit]);
  }
  return runs;
}

/** A roll is one note for each beat of its length, and a last note of its own where the last hit is the strongest. */
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
 * The strongest of a run of quick hits is the main one; on a drum, one or two before it are its flam or drag. The others
 * are rebounds, or one hit that was detected twice.
 */
function writeRun(run: readonly Hit[], dropped: DroppedHit[]): Stroke {
  const hit = run.reduce((a, b) => (b.velocity >= a.velocity ? b : a));
  const before = run.filter((other) => hit.time - other.time >= SHORTEST_GRACE);
  const graces = DRUMS.has(hit.piece) ? before.slice(-2) : [];
  for (const other of run) if (other !== hit && !graces.includes(other)) dropped.push(drop(other, "rebound"));
  return { hit, graces, rolled: [] };
}

/** @returns true for two strokes on one drum that are spaced like a flam */
export function isFlam(early: Stroke, late: Stroke): boolean {
  const gap = late.hit.time - early.hit.time;
  return (
    early.hit.piece === late.hit.piece &&
    DRUMS.has(early.hit.piece) &&
    gap >= SHORTEST_GRACE &&
    gap <= LONGEST_GRACE &&
    early.hit.velocity <= late.hit.velocity &&
    hitsOf(early).length + hitsOf(late).length === 2
  );
}

/** @returns all hits of a stroke */
export function hitsOf({ hit, graces, rolled }: Stroke): Hit[] {
  return [...graces, hit, ...rolled];
}
