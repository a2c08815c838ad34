import type { Meter } from "../../score.ts";
import { EIGHTH, QUARTER, WHOLE } from "../ticks.ts";
import { type Value, value } from "./rhythm.ts";

/** What `sustain` and `writeBeams` know of the bar around a beat. */
export interface BarShape {
  readonly meter: Meter;
  /** ticks by which a pickup begins later than a full bar would */
  readonly origin: number;
}

/** @returns true where two beats beginning at this tick make half a bar, as first and third beat of 4/4 do */
export function beginsHalfBar(tick: number, { meter, origin }: BarShape): boolean {
  return hasHalves(meter) && (tick + origin) % (2 * QUARTER) === 0;
}

/** Quarters in pairs: 2/4, 4/4, 2/2 and their like. */
export function hasHalves(meter: Meter): boolean {
  const quarters = (4 * meter.beats) / meter.beatType;
  return meter.beatType <= 4 && (quarters === 2 || quarters % 4 === 0);
}

/**
 * Replaces a beat's note and the rests of the next beat by one longer note, and rests by longer rests, where the halves of
 * the bar stay visible.
 * @param isOpen whether what is struck at a tick has heads that show long values: an `x` does not
 */
export function sustain(values: readonly Value[], shape: BarShape, isOpen: (tick: number) => boolean): Value[] {
  const joined: Value[] = [];
  for (let i = 0; i < values.length; i++) {
    const here = values[i]!;
    const next = values[i + 1];
    const last = values[i + 2];
    const quarter = here.ticks === QUARTER && here.dots === 0 && here.tuplet === undefined;
    if (!quarter || next === undefined || !next.rest || !mayBegin(here, shape)) joined.push(here);
    else if (next.ticks === QUARTER && (here.rest ? hasHalves(shape.meter) : isOpen(here.tick))) {
      const dotted = !here.rest && isThree(shape) && last?.rest && last.ticks === QUARTER;
      joined.push(value(here.tick, dotted ? 3 * QUARTER : 2 * QUARTER, here.rest));
      i += dotted ? 2 : 1;
    } else if (!here.rest && next.ticks === EIGHTH && next.tuplet === undefined && isEighthNote(last)) {
      joined.push(value(here.tick, QUARTER + EIGHTH, false));
      i++;
    } else joined.push(here);
  }
  return joined;
}

function mayBegin(here: Value, shape: BarShape): boolean {
  return beginsHalfBar(here.tick, shape) || (isThree(shape) && here.tick === 0);
}

function isThree({ meter, origin }: BarShape): boolean {
  return meter.beats === 3 && meter.beatType === 4 && origin === 0;
}

function isEighthNote(value: Value | undefined): boolean {
  return value !== undefined && !value.rest && value.ticks === EIGHTH && value.tuplet === undefined;
}

/** @returns the rest of an empty bar of any length */
export function wholeMeasureRest(ticks: number): Value {
  return { ...value(0, WHOLE, true), ticks };
}
