import type { Detail } from "@groovesheet/jobs/options.ts";
import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { ScoreNote } from "../score.ts";
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
): WrittenPart & { readonly left: readonly Hit[] } {
  if (detail !== "simple") return { strokes, notes, left: [] };
  const left: Hit[] = [];
  const kept = new Map<PlacedStroke, ScoreNote>();
  for (const stroke of strokes) {
    const note = notes.get(stroke)!;
    left.push(...(note.dynamic === "ghost" ? hitsOf(stroke) : stroke.graces));
    if (note.dynamic !== "ghost") kept.set({ ...stroke, graces: [] }, { ...note, dynamic: "normal" });
  }
  return { strokes: [...kept.keys()], notes: kept, left };
}
