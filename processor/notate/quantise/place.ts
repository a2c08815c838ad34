import type { DroppedHit } from "../../score.ts";
import { drop } from "../dropped.ts";
import { hitsOf, isFlam, type Stroke } from "../strokes.ts";
import { type Onset, sameSurface } from "./onsets.ts";

/** A stroke at its written place. */
export interface PlacedStroke extends Stroke {
  /** ticks from the start of the song */
  readonly tick: number;
}

/**
 * Puts strokes at the places found for their onsets. Where two on one drum or cymbal fall on one place, the stronger is
 * written, or both as a flam where they are spaced like one.
 */
export function placeStrokes(
  onsets: readonly Onset[],
  ticks: readonly number[],
): { strokes: PlacedStroke[]; dropped: DroppedHit[] } {
  const dropped: DroppedHit[] = [];
  const byTick = new Map<number, PlacedStroke[]>();
  for (const [index, onset] of onsets.entries()) {
    const tick = ticks[index]!;
    const here = byTick.get(tick) ?? [];
    byTick.set(tick, here);
    for (const stroke of onset.strokes) addStroke(here, { ...stroke, tick }, dropped);
  }
  const strokes = [...byTick.values()].flat().toSorted((a, b) => a.tick - b.tick);
  return { strokes, dropped };
}

function addStroke(here: PlacedStroke[], stroke: PlacedStroke, dropped: DroppedHit[]): void {
  const rival = here.findIndex((other) => sameSurface(other.hit.piece, stroke.hit.piece));
  const other = here[rival];
  if (other === undefined) {
    here.push(stroke);
    return;
  }
  const [early, late] = other.hit.time <= stroke.hit.time ? [other, stroke] : [stroke, other];
  if (isFlam(early, late)) {
    here[rival] = { ...late, graces: [early.hit] };
    return;
  }
  const [kept, lost] = stroke.hit.velocity > other.hit.velocity ? [stroke, other] : [other, stroke];
  here[rival] = kept;
  for (const hit of hitsOf(lost)) dropped.push(drop(hit, "sameNote"));
}
