import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import type { Measure } from "../../score.ts";
import { markRepeats } from "../sections/repeats.ts";
import { markRests } from "../sections/rests.ts";
import { markSections } from "../sections/sections.ts";
import { easeAccents } from "./accents.ts";
import { markLoudness } from "./loudness.ts";
import { markUncertain, markUnsure } from "./uncertain.ts";

/** Settles accents over the whole song and adds sections, loudness, grey notes, rests and repeat signs as the options say. */
export function markMeasures(
  measures: readonly Measure[],
  { detail, repeats, showConfidence }: Pick<NotateOptions, "detail" | "repeats" | "showConfidence">,
): Measure[] {
  let marked = markUncertain(markSections(easeAccents(measures)));
  if (detail === "full") marked = markLoudness(marked);
  if (showConfidence) marked = markUnsure(marked);
  return markRests(repeats ? markRepeats(marked) : marked);
}
