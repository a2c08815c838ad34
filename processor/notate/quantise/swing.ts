import type { Swing } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";

export const TRIPLET_SWING = 2 / 3;

/** @returns where, in a pulse of `ticks`, a place that is written straight sounds */
export function sounding(place: number, ticks: number, swing: Swing | undefined): number {
  if (swing === undefined) return place;
  const pair = pairTicks(swing);
  return pair <= ticks && place % pair === pair / 2 ? place + pair * (swing.ratio - 0.5) : place;
}

/** @returns ticks of two notes that swing */
export function pairTicks({ unit }: Swing): number {
  return unit === "eighth" ? QUARTER : EIGHTH;
}
