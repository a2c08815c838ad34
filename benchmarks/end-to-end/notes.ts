import { notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Beat, DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import { PLACES } from "../roundtrip/assign.ts";
import { nameOf, placesIn } from "../roundtrip/compare.ts";
import { findIntentions } from "../roundtrip/intention.ts";
import type { Answer, Truth } from "./judge.ts";

/** How far one hit came through the pipeline; each property requires those before it. */
export interface FollowedHit {
  readonly piece: Piece;
  readonly velocity: number;
  /** a hit of its piece is heard at its time */
  readonly heard: boolean;
  /** it is written in a bar that begins and ends where one of the player's bars does */
  readonly inBar: boolean;
  /** it is written at the place in the bar that the player meant */
  readonly right: boolean;
}

/** Seconds: the tolerance for hits, as usual in the field. */
const NEAR = 0.05;
/** Seconds: the tolerance for the beginnings of bars. */
const NEAR_BAR = 0.07;
/** Pieces that the listener does not distinguish. */
const SAME: Partial<Record<Piece, Piece>> = { rimshot: "snare", tomLow: "tomFloor" };

/**
 * Notates what was heard and follows each hit that the player meant (docs/rhythm.md). Bounces of a pad, which nobody would
 * write, are left out; hits of a roll are right where they are written less than a quarter from its beginning.
 */
export function followHits(truth: Truth, answer: Answer, heard: readonly Hit[]): FollowedHit[] {
  const { meter, bpm } = truth;
  const [count, beatType] = meter.split("/").map(Number) as [number, number];
  const quarter = 60 / bpm / (meter === "6/8" ? 1.5 : 1);
  const barQuarters = (4 * count) / beatType;
  const hits = truth.hits.map((hit) => ({ ...hit, piece: merged(hit.piece), confidence: 1 }));
  const { all } = findIntentions({ id: "", meter, quarter, barQuarters, isFill: false, hits });
  const score = notate(asPerformance(answer, heard), notateOptionsSchema.parse({}));
  const places = placesInBars(score, quarter);
  const barsRight = hitsInRightBars(score, truth);
  const bar = barQuarters * PLACES;
  return all
    .filter(({ kind }) => kind !== "bounce")
    .map(({ hit, kind, place }) => {
      const same = nearest(hit, heard);
      const name = same && nameOf(same);
      const inBar = name !== undefined && barsRight.has(name);
      const apart = inBar ? Math.abs(remainder(places.get(name)! - place, bar)) : Number.POSITIVE_INFINITY;
      const right = kind === "roll" ? apart < PLACES : apart === 0;
      return { piece: hit.piece, velocity: hit.velocity, heard: same !== undefined, inBar, right };
    });
}

/** The remainder nearest to 0. */
function remainder(value: number, divisor: number): number {
  return value - divisor * Math.round(value / divisor);
}

function asPerformance({ beats, tempo, meter }: Answer, heard: readonly Hit[]): DrumPerformance {
  const duration = Math.max(...heard.map((hit) => hit.time), ...beats.map((beat: Beat) => beat.time)) + 1;
  const rest = { version: 1, separated: false, model: "", notices: [] } as const;
  return { ...rest, notices: [], duration, hits: [...heard], beats: [...beats], tempo, meter };
}

/** The place of each written hit in its bar, swing resolved, by name. */
function placesInBars(score: Score, quarter: number): Map<string, number> {
  const bars = score.measures.map((measure) =>
    placesIn({ ...score, measures: [{ ...measure, startTime: 0 }] }, quarter),
  );
  return new Map(bars.flatMap((places) => [...places].map(([name, { place }]) => [name, place] as const)));
}

/** Names of the hits in measures that begin and end where one of the player's bars does. */
function hitsInRightBars(score: Score, truth: Truth): Set<string> {
  const begins = truth.beats.filter(({ position }) => position === 1).map(({ time }) => time);
  const barAt = (time: number) => begins.findIndex((begin) => Math.abs(begin - time) < NEAR_BAR);
  const right = score.measures.filter(({ startTime, duration }) => {
    const bar = barAt(startTime);
    return bar >= 0 && (bar === begins.length - 1 || barAt(startTime + duration) === bar + 1);
  });
  return new Set(right.flatMap((measure) => [...placesIn({ ...score, measures: [measure] }, 1).keys()]));
}

function nearest(hit: Hit, heard: readonly Hit[]): Hit | undefined {
  const near = heard.filter((other) => merged(other.piece) === hit.piece && Math.abs(other.time - hit.time) < NEAR);
  return near.toSorted((a, b) => Math.abs(a.time - hit.time) - Math.abs(b.time - hit.time))[0];
}

function merged(piece: Piece): Piece {
  return SAME[piece] ?? piece;
}
