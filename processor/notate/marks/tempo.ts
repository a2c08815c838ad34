import { isCompoundMeter } from "@groovesheet/jobs/meter.ts";
import { median } from "../../numeric/median.ts";
import type { Meter, TempoMark } from "../../score.ts";
import type { Bar } from "../quantise/bars.ts";
import { toFraction, WHOLE } from "../ticks.ts";

/** A change of tempo is marked where it is larger than this share and lasts, … */
const REAL_CHANGE = 0.08;
/** … or than this one between bars that a click keeps steady: their tempi differ by no more than the last share. */
const STEADY_CHANGE = 0.03;
const STEADY = 0.005;
/** Bars that a new tempo must last; it is their median. */
const LASTING_BARS = 4;

/**
 * Metronome marks: one at the first bar, and one where the tempo really changes and stays; drift is not written.
 *
 * @returns marks by index of the bar
 */
export function markTempo(bars: readonly Bar[]): Map<number, TempoMark> {
  const speeds = bars.map((bar) => bar.ticks / bar.duration);
  const starts = [0];
  for (let index = 1; index + LASTING_BARS <= bars.length; index++) {
    const current = median(speeds.slice(starts.at(-1), index));
    const next = speeds.slice(index, index + LASTING_BARS);
    const least =
      isSteady(speeds.slice(Math.max(0, index - LASTING_BARS), index)) && isSteady(next) ? STEADY_CHANGE : REAL_CHANGE;
    if (differs(current, median(next), least) && differs(current, speeds[index]!, least)) starts.push(index);
  }
  const marks = new Map<number, TempoMark>();
  let written = 0;
  for (const [place, start] of starts.entries()) {
    const own = speeds.slice(start, starts[place + 1]);
    const speed = median(own);
    if (written > 0 && !differs(written, speed, isSteady(own) ? STEADY_CHANGE : REAL_CHANGE)) continue;
    marks.set(start, toMark(speed, bars[start]!.meter));
    written = speed;
  }
  return marks;
}

function differs(from: number, to: number, share: number): boolean {
  return Math.abs(to / from - 1) > share;
}

/** One bar may be off: that in which the tempo changes. */
function isSteady(speeds: readonly number[]): boolean {
  const usual = median(speeds);
  return speeds.filter((speed) => differs(usual, speed, STEADY)).length <= 1;
}

/** @param speed ticks per second */
function toMark(speed: number, meter: Meter): TempoMark {
  const unit = isCompoundMeter(meter) ? (3 * WHOLE) / meter.beatType : WHOLE / Math.max(meter.beatType, 2);
  return { unit: toFraction(unit), perMinute: Math.max(1, Math.round((60 * speed) / unit)) };
}
