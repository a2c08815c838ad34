import type { Hit, Piece } from "../../jobs/performance.ts";
import type { Groove } from "./corpus.ts";
import { type Model, type Placed, placeAll, type Swing, swings } from "./places.ts";

/** What the player meant by one hit. */
export interface Intention {
  readonly hit: Hit;
  /** `grace`: leads into a stroke on the same drum; `bounce`: a second, softer answer of the pad, nothing to write */
  readonly kind: "note" | "grace" | "bounce";
  /**
   * 24ths of a quarter (96ths of a whole note) from the click's first beat, swing resolved to triplets; a grace or a bounce
   * has its main stroke's
   */
  readonly place: number;
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
/** On which flams are played. */
const DRUMS: ReadonlySet<Piece> = new Set(["snare", "rimshot", "tomHigh", "tomMid", "tomFloor"]);

/**
 * What the player meant, found without the quantiser under test and with more than it may know: the click as it was heard,
 * and the whole performance before any of its strokes is placed. docs/rhythm.md tells the definition in words.
 */
export function findIntentions(groove: Groove): Intentions {
  const strokes = joinOrnaments(groove.hits);
  const { places, model } = mostLikely(strokes, groove.quarter);
  const found = new Map<Hit, Intention>();
  for (const [index, place] of places.entries()) {
    const { hit, ornaments } = strokes[index]!;
    found.set(hit, { hit, kind: "note", place });
    for (const other of ornaments) {
      const leads = hit.time - other.time >= SHORTEST_GRACE && DRUMS.has(hit.piece);
      found.set(other, { hit: other, kind: leads ? "grace" : "bounce", place });
    }
  }
  return { all: groove.hits.map((hit) => found.get(hit)!), swing: model.swing };
}

interface Stroke {
  readonly hit: Hit;
  readonly ornaments: readonly Hit[];
}

/** Runs of quick strokes on one drum: the strongest is meant, what comes before it leads to it. */
function joinOrnaments(hits: readonly Hit[]): Stroke[] {
  const runs = new Map<Piece, Hit[]>();
  const strokes: Stroke[] = [];
  const close = (run: readonly Hit[]) => {
    const main = run.reduce((a, b) => (b.velocity >= a.velocity ? b : a));
    strokes.push({ hit: main, ornaments: run.filter((hit) => hit !== main) });
  };
  for (const hit of hits) {
    const run = runs.get(hit.piece);
    if (run && hit.time - run.at(-1)!.time < ORNAMENT && hit.time - run[0]!.time < 2 * ORNAMENT) run.push(hit);
    else {
      if (run) close(run);
      runs.set(hit.piece, [hit]);
    }
  }
  for (const run of runs.values()) close(run);
  return strokes.sort((a, b) => a.hit.time - b.hit.time);
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
