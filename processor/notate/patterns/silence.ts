import type { Bar } from "../quantise/bars.ts";
import type { PlacedStroke } from "../quantise/place.ts";
import { logOddsOf } from "./evidence.ts";
import { logit } from "./occurrence.ts";

/** Bars on either side that show whether the kit rests, and the expected hits in all of them below which it does. */
const REACH = 2;
const FEWEST_HITS = 6;
/** Log-odds of a hit while the kit rests: other instruments cause most detections there. */
const WHILE_RESTING = -1.5;
const REMOVE_BELOW = logit(0.35);

/**
 * @param strokes in order of ticks
 * @returns the doubtful hits in passages where the kit rests
 */
export function findNoise(bars: readonly Bar[], strokes: readonly PlacedStroke[]): Set<PlacedStroke> {
  let next = 0;
  const byBar = bars.map((bar) => {
    const first = next;
    while (next < strokes.length && strokes[next]!.tick < bar.tick + bar.ticks) next++;
    return strokes.slice(first, next);
  });
  const expected = byBar.map((list) => list.reduce((sum, { hit }) => sum + hit.confidence, 0));
  const noise = byBar.flatMap((list, index) => {
    const around = expected.slice(Math.max(0, index - REACH), index + REACH + 1);
    const rests = around.length > 2 * REACH && around.reduce((a, b) => a + b, 0) < FEWEST_HITS;
    return rests ? list.filter(({ hit }) => logOddsOf(hit.confidence) + WHILE_RESTING < REMOVE_BELOW) : [];
  });
  return new Set(noise);
}
