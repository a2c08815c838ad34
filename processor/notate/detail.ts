import type { Detail } from "@groovesheet/jobs/options.ts";
import type { DroppedHit, ScoreNote } from "../score.ts";
import { drop } from "./dropped.ts";
import type { PlacedStroke } from "./quantise/place.ts";
import { hitsOf } from "./strokes.ts";

/** The strokes of a part and how they are written. */
export interface WrittenPart {
  readonly strokes: readonly PlacedStroke[];
  /** the note for each of the strokes */
  readonly notes: ReadonlyMap<PlacedStroke, ScoreNote>;
}

/**
 * Removes what a level of detail leaves out. `simple` is what a beginner plays: no ghost notes, grace notes or accents.
 * `standard` and `full` differ in what `markLoudness` adds.
 */
export function atDetail(
  strokes: readonly PlacedStroke[],
  notes: ReadonlyMap<PlacedStroke, ScoreNote>,
  detail: Detail,
): WrittenPart & { readonly dropped: readonly DroppedHit[] } {
  if (detail !== "simple") return { strokes, notes, dropped: [] };
  const dropped: DroppedHit[] = [];
  const kept = new Map<PlacedStroke, ScoreNote>();
  for (const stroke of strokes) {
    const note = notes.get(stroke)!;
    const left = note.dynamic === "ghost" ? hitsOf(stroke) : stroke.graces;
    for (const hit of left) dropped.push(drop(hit, "detail"));
    if (note.dynamic !== "ghost") kept.set({ ...stroke, graces: [] }, { ...note, dynamic: "normal" });
  }
  return { strokes: [...kept.keys()], notes: kept, dropped };
}
