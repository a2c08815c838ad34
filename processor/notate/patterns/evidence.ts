import type { Hit } from "@groovesheet/jobs/performance.ts";
import { classOf, type Piece } from "@groovesheet/jobs/pieces.ts";
import type { Bar } from "../quantise/bars.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { logit } from "./occurrence.ts";

/** What was heard at one place of one bar: something that one detector of the network reports at one tick. */
export interface Evidence {
  readonly detector: string;
  /** from the start of the bar */
  readonly tick: number;
  /** log-odds that something was struck here */
  readonly logOdds: number;
  /** what is written unless the pattern removes it; rarely several, where pieces of one detector sound together */
  readonly strokes: readonly PlacedStroke[];
  /** set where nothing is written: a peak that is too uncertain to be a hit */
  readonly candidate?: Hit;
}

export interface BarEvidence {
  readonly bar: Bar;
  /** by place; the key is the same in all bars */
  readonly places: Map<string, Evidence>;
}

/** Log-odds that something was struck where not even a candidate was detected. */
export const ABSENT = logit(0.02);
/** No detection is more certain than this, log-odds. */
const MOST_CERTAIN = logit(0.999);

/** @returns the detector of a piece: hits of one detector exclude each other, those of several sound together */
export function detectorOf(piece: Piece): string {
  return piece === "clap" ? piece : (classOf(piece) ?? piece);
}

/** @returns the log-odds of a confidence */
export function logOddsOf(confidence: number): number {
  return Math.max(ABSENT, Math.min(MOST_CERTAIN, logit(confidence)));
}

/**
 * @param bars in order
 * @param strokes in order of ticks
 * @returns what was heard in each bar
 */
export function gatherEvidence(bars: readonly Bar[], strokes: readonly PlacedStroke[]): BarEvidence[] {
  let next = 0;
  return bars.map((bar) => {
    const places = new Map<string, Evidence>();
    for (; next < strokes.length && strokes[next]!.tick < bar.tick + bar.ticks; next++) {
      addStroke(places, strokes[next]!, bar);
    }
    return { bar, places };
  });
}

function addStroke(places: Map<string, Evidence>, stroke: PlacedStroke, bar: Bar): void {
  const detector = detectorOf(stroke.hit.piece);
  const tick = stroke.tick - bar.tick;
  const place = `${detector} ${tick}`;
  const known = places.get(place);
  const logOdds = Math.max(known?.logOdds ?? ABSENT, logOddsOf(stroke.hit.confidence));
  places.set(place, { detector, tick, logOdds, strokes: [...(known?.strokes ?? []), stroke] });
}
