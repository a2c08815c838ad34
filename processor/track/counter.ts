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
