import Fraction from "fraction.js";

/**
 * Inside `notate`, written time is a whole number of ticks: every grid that can be written (32nds, triplets of eighths and
 * of sixteenths) falls on whole ticks, so that sums are exact and cheap.
 */
export const WHOLE = 192;
export const QUARTER = WHOLE / 4;
export const EIGHTH = WHOLE / 8;

const cache = new Map<number, Fraction>();

/** @returns the ticks as a fraction of a whole note */
export function toFraction(ticks: number): Fraction {
  let fraction = cache.get(ticks);
  if (fraction === undefined) {
    fraction = new Fraction(ticks, WHOLE);
    if (cache.size < 4096) cache.set(ticks, fraction);
  }
  return fraction;
}
