import { KIT, type Piece } from "@groovesheet/jobs/pieces.ts";
import type { Stroke } from "../strokes.ts";

/** Simultaneous strokes; they get one place on the grid. */
export interface Onset {
  /** seconds: mean of the strokes, weighted by loudness */
  readonly time: number;
  readonly strokes: readonly Stroke[];
  /** 0..1: of the most confident stroke */
  readonly confidence: number;
}

/** Seconds: strokes closer than this were meant to be simultaneous. */
const TOGETHER = 0.022;
/** @returns true for two pieces that share a drum or cymbal */
export function sameSurface(a: Piece, b: Piece): boolean {
  return KIT[a].played.surface === KIT[b].played.surface;
}

/** @param strokes in order of time */
export function findOnsets(strokes: readonly Stroke[]): Onset[] {
  const onsets: Onset[] = [];
  let open: Stroke[] = [];
  for (const stroke of strokes) {
    const begin = open[0];
    const last = open.at(-1);
    const near =
      last && stroke.hit.time - last.hit.time < TOGETHER && stroke.hit.time - begin!.hit.time < 1.5 * TOGETHER;
    if (!near && open.length > 0) {
      onsets.push(toOnset(open));
      open = [];
    }
    open.push(stroke);
  }
  if (open.length > 0) onsets.push(toOnset(open));
  return onsets;
}

function toOnset(strokes: readonly Stroke[]): Onset {
  let weight = 0;
  let sum = 0;
  for (const { hit } of strokes) {
    const w = 0.1 + hit.velocity;
    weight += w;
    sum += w * hit.time;
  }
  return { time: sum / weight, strokes, confidence: Math.max(...strokes.map(({ hit }) => hit.confidence)) };
}
