import type { Score } from "@groovesheet/processor/score.ts";
import { PLACES, type Swing } from "./assign.ts";
import { nameOf, placesIn } from "./compare.ts";
import type { Intentions } from "./intention.ts";

/** Half of 1/48 of a whole note, in 24ths of a quarter: a hit this near to a place rounds to it. */
const HALF_STEP = 1;

/** How many notes are written on the 48th of a whole note nearest to where they were played, swing resolved. */
export interface Literal {
  readonly notes: number;
  /** as written, by the click alone */
  readonly written: number;
  /** as written, the player's offset from the click removed */
  readonly writtenInTime: number;
  /** as meant, the offset removed: the rest was played elsewhere than meant */
  readonly meantInTime: number;
}

/** @param quarter seconds; the click's first beat is at 0 */
export function countLiteral(score: Score, { all, swing }: Intentions, quarter: number): Literal {
  const places = placesIn(score, quarter);
  const sum = { notes: 0, written: 0, writtenInTime: 0, meantInTime: 0 };
  for (const { hit, kind, place, offset } of all) {
    if (kind !== "note") continue;
    const at = (seconds: number) => resolveSwing((seconds / quarter) * PLACES, swing);
    const isAt = (where: number | undefined, seconds: number) =>
      Math.abs((where ?? Infinity) - at(seconds)) <= HALF_STEP;
    const found = places.get(nameOf(hit))?.place;
    sum.notes++;
    if (isAt(found, hit.time)) sum.written++;
    if (isAt(found, hit.time - offset)) sum.writtenInTime++;
    if (isAt(place, hit.time - offset)) sum.meantInTime++;
  }
  return sum;
}

/** @returns the position if the pairs of the song were triplets: both notes of a pair are stretched evenly */
function resolveSwing(at: number, swing: Swing | undefined): number {
  if (swing === undefined) return at;
  const pair = swing.unit === "eighth" ? PLACES : PLACES / 2;
  const start = Math.floor(at / pair) * pair;
  const part = (at - start) / pair;
  const { ratio } = swing;
  return start + (pair * (part < ratio ? (2 * part) / ratio : 2 + (part - ratio) / (1 - ratio))) / 3;
}
