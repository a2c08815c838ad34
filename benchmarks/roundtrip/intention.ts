import type { Hit } from "@groovesheet/jobs/performance.ts";
import { piecesOf } from "@groovesheet/jobs/pieces.ts";
import type { Model, Swing } from "./assign.ts";
import type { Groove } from "./corpus.ts";
import { groupBy } from "./group-by.ts";
import { type Placed, placeAll, SWINGS } from "./places.ts";

/** What the player meant by one hit. */
export interface Intention {
  readonly hit: Hit;
  /**
   * `grace`: leads into a hit on the same drum; `roll`: one of many that follow a hit too quickly to be notated singly;
   * `bounce`: a second, softer trigger of the pad, which is not written
   */
  readonly kind: "note" | "grace" | "roll" | "bounce";
  /**
   * 24ths of a quarter (96ths of a whole note) from the first beat of the click, swing resolved to triplets; ornaments
   * have the place of their main hit, hits of a roll the place of its first
   */
  readonly place: number;
  /** seconds by which the player lies behind the click here */
  readonly offset: number;
}

export interface Intentions {
  /** one for each hit, in the order of the hits */
  readonly all: readonly Intention[];
  readonly swing: Swing | undefined;
}

/** Seconds: hits of one drum closer than this are one stroke with its ornament. */
const ORNAMENT = 0.045;
/** Seconds: no hand strikes twice in less. */
const SHORTEST_GRACE = 0.015;
/** Hits of a roll follow within this many seconds, and within this part of a 32nd or as ornaments do. */
const ROLLED = 0.075;
const ROLLED_PART = 0.8;
const FEWEST_ROLLED = 5;
/** Drums on which flams and rolls are played. */
const DRUMS = piecesOf("snare", "tom");

/**
 * What the player meant, found without the quantiser under test and with more information than it has: the exact click
 * and the whole performance. docs/rhythm.md gives the definition in words.
 */
export function findIntentions(groove: Groove): Intentions {
  const strokes = joinOrnaments(groove.hits, groove.quarter);
  const { places, model } = mostLikely(strokes, groove.quarter);
  const found = new Map<Hit, Intention>();
  for (const [index, place] of places.entries()) {
    const { hit, ornaments, isRoll } = strokes[index]!;
    const offset = model.offsets[index]!;
    found.set(hit, { hit, kind: "note", place, offset });
    for (const other of ornaments) {
      const leads = hit.time - other.time >= SHORTEST_GRACE && DRUMS.has(hit.piece);
      found.set(other, { hit: other, kind: isRoll ? "roll" : leads ? "grace" : "bounce", place, offset });
    }
  }
  return { all: groove.hits.map((hit) => found.get(hit)!), swing: model.swing };
}

interface Stroke {
  readonly hit: Hit;
  readonly ornaments: readonly Hit[];
  /** the ornaments follow as a roll */
  readonly isRoll: boolean;
}

/**
 * Joins quick hits on one drum: five or more that are quicker than 32nds are a roll, which ends before a last hit that is
 * the strongest; of fewer the strongest is the note, and the hits before it are its grace notes.
 */
function joinOrnaments(hits: readonly Hit[], quarter: number): Stroke[] {
  const strokes: Stroke[] = [];
  for (const [piece, own] of groupBy(hits, (hit) => hit.piece)) {
    const gap = Math.max(ORNAMENT, Math.min(ROLLED, (ROLLED_PART * quarter) / 8));
    for (const run of runsOf(own, gap, Number.POSITIVE_INFINITY)) {
      if (run.length >= FEWEST_ROLLED && DRUMS.has(piece)) strokes.push(...joinRoll(run));
      else strokes.push(...runsOf(run, ORNAMENT, 2 * ORNAMENT).map(joinRun));
    }
  }
  return strokes.toSorted((a, b) => a.hit.time - b.hit.time);
}

function runsOf(hits: readonly Hit[], gap: number, length: number): Hit[][] {
  const runs: Hit[][] = [];
  for (const hit of hits) {
    const run = runs.at(-1);
    if (run && hit.time - run.at(-1)!.time < gap && hit.time - run[0]!.time < length) run.push(hit);
    else runs.push([hit]);
  }
  return runs;
}

function joinRun(run: readonly Hit[]): Stroke {
  const hit = run.reduce((a, b) => (b.velocity >= a.velocity ? b : a));
  return { hit, ornaments: run.filter((other) => other !== hit), isRoll: false };
}

function joinRoll(run: readonly Hit[]): Stroke[] {
  const last = run.at(-1)!;
  const ends = run.every((hit) => hit === last || hit.velocity < last.velocity);
  const [hit, ...ornaments] = ends ? run.slice(0, -1) : run;
  const roll = { hit: hit!, ornaments, isRoll: true };
  return ends ? [roll, { hit: last, ornaments: [], isRoll: false }] : [roll];
}

/** The likeliest of straight, swung eighths and swung sixteenths. */
function mostLikely(strokes: readonly Stroke[], quarter: number): { places: readonly number[]; model: Model } {
  const hits = strokes.map(({ hit }) => hit);
  let best: Placed | undefined;
  for (const swing of SWINGS) {
    const placed = placeAll(hits, quarter, swing);
    if (best === undefined || placed.cost < best.cost) best = placed;
  }
  return best!;
}
