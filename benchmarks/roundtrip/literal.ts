import type { Score } from "@groovesheet/processor/score.ts";
import { nameOf, placesIn } from "./compare.ts";
import type { Intentions } from "./intention.ts";
import { PLACES, type Swing } from "./places.ts";

/** Half of 1/48 of a whole note, in 24ths of a quarter: nearer to a place, a stroke rounds to it. */
const HALF_STEP = 1;

/** How many notes stand on the 48th of a whole note next to which they were played, swing resolved. */
export interface Literal {
  readonly notes: number;
  /** as written, by the click alone */
  readonly written: number;
  /** as written, the player's lag behind the click removed */
  readonly writtenInTime: number;
  /** as meant, the lag removed: what is lost here the player played elsewhere than meant */
  readonly meantInTime: number;
}

/** @param quarter seconds; the click's first beat is at 0 */
export function countLiteral(score: Score, { all, swing }: Intentions, quarter: number): Literal {
  const places = placesIn(score, quarter);
  const sum = { notes: 0, written: 0, writtenInTime: 0, meantInTime: 0 };
  for (const { hit, kind, place, lag } of all) {
    if (kind !== "note") continue;
    const at = (seconds: number) => resolveSwing((seconds / quarter) * PLACES, swing);
    const isAt = (where: number | undefined, seconds: number) =>
      Math.abs((where ?? Infinity) - at(seconds)) <= HALF_STEP;
    const found = places.get(nameOf(hit))?.place;
    sum.notes++;
    if (isAt(found, hit.time)) sum.written++;
    if (isAt(found, hit.time - lag)) sum.writtenInTime++;
    if (isAt(place, hit.time - lag)) sum.meantInTime++;
  }
  return sum;
}

/** @returns where a stroke would lie if the pairs of the song were triplets: both notes of a pair are stretched evenly */
function resolveSwing(at: number, swing: Swing | undefined): number {
  if (swing === undefined) return at;
  const pair = swing.unit === "eighth" ? PLACES : PLACES / 2;
  const start = Math.floor(at / pair) * pair;
  const part = (at - start) / pair;
  const { ratio } = swing;
  return start + (pair * (part < ratio ? (2 * part) / ratio : 2 + (part - ratio) / (1 - ratio))) / 3;
}
