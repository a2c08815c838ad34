import type { Hit } from "@groovesheet/jobs/performance.ts";
import { counterModel } from "../../models/registry.ts";
import { createSession } from "../inference.ts";
import { GRID_WIDTH, toGrid } from "./beat-grid.ts";

/** What the counter answers to the beats of a song, in logits. */
export interface BeatLogits {
  /** for each beat: a bar begins here, provided that the beats are those that listeners would tap */
  readonly downbeat: readonly number[];
  /** for each beat: it is one that listeners would tap, not one at half or twice the tempo or between two beats */
  readonly level: readonly number[];
}

/** Beats of a window of `classifyBeatsLocally`. */
const WINDOW = 48;

/**
 * Runs the counter, a small network that was trained on drum parts with known bars (models/training/counter).
 *
 * @param beats seconds, rising, at least two
 * @param hits in order of time
 */
export async function classifyBeats(beats: readonly number[], hits: readonly Hit[]): Promise<BeatLogits> {
  // a GPU would take longer to start than the CPU takes for a network of this size
  const session = await createSession((await counterModel()).path, { devices: ["cpu"], threads: 1 });
  const { logits } = await session.run({ grid: { data: toGrid(beats, hits), dims: [1, beats.length, GRID_WIDTH] } });
  const { data } = logits!;
  return { downbeat: beats.map((_, i) => data[2 * i]!), level: beats.map((_, i) => data[2 * i + 1]!) };
}

/**
 * The counter's downbeat logits where each beat is classified together with its neighbours alone. With a whole song before
 * it, the counter holds on to the bars of one part of the song in the others.
 *
 * @param beats seconds, rising
 * @param hits in order of time
 */
export async function classifyBeatsLocally(beats: readonly number[], hits: readonly Hit[]): Promise<number[]> {
  if (beats.length < 2) return beats.map(() => 0);
  const sums = new Float64Array(beats.length);
  const weights = new Float64Array(beats.length);
  for (const [from, to] of windowsOf(beats.length)) {
    const own = beats.slice(from, to);
    const within = hits.filter(({ time }) => time > own[0]! - MARGIN && time < own.at(-1)! + MARGIN);
    const { downbeat } = await classifyBeats(own, within);
    for (const [i, logit] of downbeat.entries()) {
      const weight = Math.min(i + 1, own.length - i); // a beat in the middle of its window has most neighbours
      sums[from + i]! += weight * logit;
      weights[from + i]! += weight;
    }
  }
  return Array.from(sums, (sum, i) => sum / weights[i]!);
}

/** Seconds around the beats of a window in which hits belong to it. */
const MARGIN = 0.2;

/** Windows that overlap by half; the last one ends with the song. */
function windowsOf(beats: number): (readonly [number, number])[] {
  const count = 1 + Math.ceil(Math.max(0, beats - WINDOW) / (WINDOW / 2));
  return Array.from({ length: count }, (_, k) => {
    const to = Math.min(beats, k * (WINDOW / 2) + WINDOW);
    return [Math.max(0, to - WINDOW), to];
  });
}
