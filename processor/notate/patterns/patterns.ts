import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { DroppedHit, Revision } from "../../score.ts";
import { drop } from "../dropped.ts";
import type { Bar } from "../quantise/bars.ts";
import { sameSurface } from "../quantise/onsets.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { hitsOf } from "../strokes.ts";
import { addCandidates } from "./candidates.ts";
import { type Decision, decideOccurrence, decidePieces } from "./decide.ts";
import { findStrangers } from "./established.ts";
import { type BarEvidence, type Evidence, gatherEvidence } from "./evidence.ts";
import { groupBars } from "./groups.ts";
import type { Places } from "./places.ts";
import { findNoise } from "./silence.ts";

/** Expected share of wrong hits up to which other bars decide nothing, and from which they have their full weight. */
const CLEAR = 0.09;
const DOUBTFUL = 0.11;

/** The strokes of a song as its patterns suggest. */
export interface Settled {
  /** in order of ticks */
  readonly strokes: readonly PlacedStroke[];
  /** lists of strokes at the same place of similar bars */
  readonly alike: readonly (readonly PlacedStroke[])[];
  /** hits that were removed */
  readonly dropped: readonly DroppedHit[];
  /** for each hit of the strokes that is written differently from what was heard */
  readonly revisions: ReadonlyMap<Hit, Revision>;
}

/** @returns all strokes unchanged */
export function asHeard(strokes: readonly PlacedStroke[]): Settled {
  return { strokes, alike: [], dropped: [], revisions: new Map() };
}

/** A stroke as it is written, and as it was heard: undefined where only a candidate was. */
interface Written {
  readonly stroke: PlacedStroke;
  readonly heard: PlacedStroke | undefined;
}

/**
 * Decides doubtful hits with the evidence of all bars that are alike: whether there was a hit, and which piece it was. The
 * evidence of the other bars and that of the bar itself are added as log-odds, so that an exception is written where it was
 * heard clearly. Finally, doubtful hits where the kit rests are removed, and uncertain hits of pieces that the song hardly has become other pieces or are removed.
 *
 * @param strokes in order of ticks
 * @param candidates in order of time: peaks that are too uncertain to be hits
 */
export function settlePatterns(
  bars: readonly Bar[],
  strokes: readonly PlacedStroke[],
  candidates: readonly Hit[],
  places: Places,
): Settled {
  const open = new Set(strokes);
  const written: Written[] = [];
  const alike: PlacedStroke[][] = [];
  const trust = trustInPatterns(strokes);
  for (const group of groupBars(gatherEvidence(bars, strokes))) {
    addCandidates(group, candidates, places);
    for (const place of new Set(group.flatMap(({ places: used }) => [...used.keys()]))) {
      const settled = settlePlace(group, place, places, trust);
      for (const evidence of group) for (const stroke of evidence.places.get(place)?.strokes ?? []) open.delete(stroke);
      written.push(...settled);
      alike.push(settled.map(({ stroke }) => stroke));
    }
  }
  written.push(...[...open].map((stroke) => ({ stroke, heard: stroke })));
  written.sort((a, b) => a.stroke.tick - b.stroke.tick);
  const noise = findNoise(
    bars,
    written.map(({ stroke }) => stroke),
  );
  const audible = written.filter(({ stroke }) => !noise.has(stroke));
  return report(strokes, replaceStrangers(audible), alike);
}

/**
 * Where the network doubts hardly a hit, as it does with drums alone, the errors that are left are those that a loop repeats:
 * other bars confirm them.
 *
 * @returns the weight of other bars, 0..1
 */
function trustInPatterns(strokes: readonly PlacedStroke[]): number {
  const doubt = strokes.reduce((sum, { hit }) => sum + 1 - hit.confidence, 0) / Math.max(1, strokes.length);
  return Math.min(1, Math.max(0, (doubt - CLEAR) / (DOUBTFUL - CLEAR)));
}

/** @returns what is written at one place of the bars of a group */
function settlePlace(group: readonly BarEvidence[], place: string, places: Places, trust: number): Written[] {
  const evidence = group.map(({ places: used }) => used.get(place));
  const decisions = decideOccurrence(evidence, trust);
  const written = group.map(({ bar }, index) => apply(evidence[index], decisions[index], bar, places));
  const single = written.map((here) =>
    here.length === 1 && isPlain(here[0]!.stroke) ? here[0]!.stroke.hit : undefined,
  );
  const pieces = decidePieces(single);
  return written.flatMap((here, index) => (single[index] ? [withPiece(here[0]!, pieces[index]!)] : here));
}

function apply(here: Evidence | undefined, decision: Decision | undefined, bar: Bar, places: Places): Written[] {
  if (!here || !decision) return [];
  if (here.strokes.length > 1) return here.strokes.map((stroke) => ({ stroke, heard: stroke }));
  if (decision.kind === "remove") return [];
  const confident = (hit: Hit) => ({ ...hit, confidence: Math.max(hit.confidence, decision.posterior) });
  if (decision.kind === "add") {
    const tick = bar.tick + here.tick;
    return places.admit(tick)
      ? [{ stroke: { hit: confident(decision.hit), graces: [], rolled: [], tick }, heard: undefined }]
      : [];
  }
  const [heard] = here.strokes;
  return [{ stroke: { ...heard!, hit: confident(heard!.hit) }, heard }];
}

function isPlain({ graces, rolled }: PlacedStroke): boolean {
  return graces.length + rolled.length === 0;
}

function withPiece({ stroke, heard }: Written, piece: Piece): Written {
  return piece === stroke.hit.piece
    ? { stroke, heard }
    : { stroke: { ...stroke, hit: { ...stroke.hit, piece } }, heard };
}

function replaceStrangers(written: readonly Written[]): Written[] {
  const strangers = findStrangers(written.map(({ stroke }) => stroke));
  if (strangers.size === 0) return [...written];
  const isTaken = ({ stroke }: Written, piece: Piece) =>
    written.some(
      ({ stroke: other }) => other !== stroke && other.tick === stroke.tick && sameSurface(other.hit.piece, piece),
    );
  return written.flatMap((here) => {
    const { stroke } = here;
    if (!strangers.has(stroke)) return here;
    const piece = strangers.get(stroke);
    return piece && isPlain(stroke) && !isTaken(here, piece) ? withPiece(here, piece) : [];
  });
}

function report(strokes: readonly PlacedStroke[], written: readonly Written[], alike: Settled["alike"]): Settled {
  const kept = new Set(written.map(({ heard }) => heard));
  const removed = strokes.filter((stroke) => !kept.has(stroke));
  return {
    strokes: written.map(({ stroke }) => stroke),
    alike,
    dropped: removed.flatMap(hitsOf).map((hit) => drop(hit, "pattern")),
    revisions: new Map(
      written.flatMap(({ stroke: { hit }, heard }): [Hit, Revision][] => {
        if (heard?.hit.piece === hit.piece) return [];
        return [[hit, { time: hit.time, piece: hit.piece, ...(heard && { heard: heard.hit.piece }) }]];
      }),
    ),
  };
}
