import type { Hit } from "@groovesheet/jobs/performance.ts";
import { counterModel } from "../../models/registry.ts";
import { createSession } from "../inference.ts";
import { onGrid, WIDTH } from "./beat-grid.ts";

/** What the drums say of beats, in logits. */
export interface Counted {
  /** for each beat: a bar begins here, if the beats are those that people would count */
  readonly downbeat: readonly number[];
  /** for each beat: it is one that people would count, not one of half or twice as many, nor a place between */
  readonly level: readonly number[];
}

/**
 * Asks the counter, a small network that knows drum parts whose bars are known (models/training/counter).
 *
 * @param beats seconds, rising, at least two
 * @param hits in order of time
 */
export async function count(beats: readonly number[], hits: readonly Hit[]): Promise<Counted> {
  // a network of this size is done on a CPU before a GPU has begun
  const session = await createSession((await counterModel()).path, { devices: ["cpu"], threads: 1 });
  const { logits } = await session.run({ grid: { data: onGrid(beats, hits), dims: [1, beats.length, WIDTH] } });
  const { data } = logits!;
  return { downbeat: beats.map((_, i) => data[2 * i]!), level: beats.map((_, i) => data[2 * i + 1]!) };
}
