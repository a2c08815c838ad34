import type { Hit } from "@groovesheet/jobs/performance.ts";
import { piecesOf } from "@groovesheet/jobs/pieces.ts";
import type { Groove } from "./corpus.ts";
import { groupBy, type Model, type Placed, placeAll, type Swing, swings } from "./places.ts";

/** What the player meant by one hit. */
export interface Intention {
  readonly hit: Hit;
  /**
   * `grace`: leads into a stroke on the same drum; `roll`: one of many that follow a stroke too quickly to be counted;
   * `bounce`: a second, softer answer of the pad, nothing to write
   */
  readonly kind: "note" | "grace" | "roll" | "bounce";
  /**
   * 24ths of a quarter (96ths of a whole note) from the click's first beat, swing resolved to triplets; all but notes have
   * the place of their main stroke, those of a roll that of its first
   */
  readonly place: number;
  /** seconds by which the player lies behind the click here */
  readonly lag: number;
}

export interface Intentions {
  /** one for each hit, in the order of the hits */
  readonly all: readonly Intention[];
  readonly swing: Swing | undefined;
}

/** Seconds: strokes of one drum closer than this are one stroke with its ornament. */
const ORNAMENT = 0.045;
/** Seconds: with less, no hand strikes twice. */
const SHORTEST_GRACE = 0.015;
/** A roll's strokes follow within this many seconds, and within this part of a 32nd or as ornaments do. */
const ROLLED = 0.075;
const ROLLED_PART = 0.8;
const FEWEST_ROLLED = 5;
/** On which flams and rolls are played. */
const DRUMS = piecesOf("snare", "tom");

/**
 * What the player meant, found without the quantiser under test and with more than it may know: the click as it was heard,
 * and the whole performance before any of its strokes is placed. docs/rhythm.md tells the definition in words.
 */
export function findIntentions(groove: Groove): Intentions {
  const strokes = joinOrnaments(groove.hits, groove.quarter);
  const { places, model } = mostLikely(strokes, groove.quarter);
  const found = new Map<Hit, Intention>();
  for (const [index, place] of places.entries()) {
    const { hit, ornaments, isRoll } = strokes[index]!;
    const lag = model.lags[index]!;
    found.set(hit, { hit, kind: "note", place, lag });
    for (const other of ornaments) {
      const leads = hit.time - other.time >= SHORTEST_GRACE && DRUMS.has(hit.piece);
      found.set(other, { hit: other, kind: isRoll ? "roll" : leads ? "grace" : "bounce", place, lag });
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
 * Runs of quick strokes on one drum: five or more that no 32nds could hold are a roll, and a last one that is the strongest
 * ends it; of fewer the strongest is meant, and what comes before it leads to it.
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

/** Straight, or swung in eighths or sixteenths: what makes the strokes likeliest. */
function mostLikely(strokes: readonly Stroke[], quarter: number): { places: readonly number[]; model: Model } {
  const hits = strokes.map(({ hit }) => hit);
  let best: Placed | undefined;
  for (const swing of swings) {
    const placed = placeAll(hits, quarter, swing);
    if (best === undefined || placed.cost < best.cost) best = placed;
  }
  return best!;
}
