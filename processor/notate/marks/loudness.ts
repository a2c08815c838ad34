import { median } from "../../numeric/median.ts";
import { LOUDNESSES, type Loudness, type Measure } from "../../score.ts";

/** Lower bound of each mark, relative to the song's usual loudness, which is `mf`. */
const LEVELS = [0, 0.7, 0.87, 1.13, 1.35] as const;

/**
 * Marks how loud each section is compared with the rest of the song: the first one, and each that differs from the one
 * before. A song without sections is a single one.
 *
 * @returns the measures, some of them with a loudness
 */
export function markLoudness(measures: readonly Measure[]): Measure[] {
  const usual = loudnessOf(measures);
  if (usual === undefined) return [...measures];
  const starts = measures.flatMap((measure, index) => (index === 0 || measure.section !== undefined ? [index] : []));
  const marks = new Map<number, Loudness>();
  let before: Loudness | undefined;
  for (const [place, start] of starts.entries()) {
    const here = loudnessOf(measures.slice(start, starts[place + 1]));
    const mark = here === undefined ? undefined : LOUDNESSES[LEVELS.findLastIndex((level) => here >= level * usual)]!;
    if (mark && mark !== before) marks.set(start, mark);
    before = mark ?? before;
  }
  return measures.map((measure, index) => {
    const loudness = marks.get(index);
    return loudness ? { ...measure, loudness } : measure;
  });
}

/** @returns the median velocity of what is neither ghost nor accent, undefined where nothing is played */
function loudnessOf(measures: readonly Measure[]): number | undefined {
  const velocities = measures
    .flatMap(({ voices }) => voices.flatMap(({ events }) => events.flatMap(({ notes }) => notes)))
    .filter(({ dynamic }) => dynamic === "normal")
    .map(({ velocity }) => velocity);
  return velocities.length > 0 ? median(velocities) : undefined;
}
