import type { Measure, Meter } from "../../score.ts";
import { type Anchor, TICKS_PER_QUARTER, tempoMap } from "../midi/clock.ts";

/** Maps the score to the ticks and seconds of a chart, whose sound is the recording after some silence. */
export interface ChartClock {
  /** seconds of silence before the recording */
  readonly silence: number;
  /** at which each measure begins */
  readonly measureTicks: readonly number[];
  readonly signatures: readonly { readonly tick: number; readonly meter: Meter }[];
  readonly tempos: readonly { readonly tick: number; readonly microsecondsPerBeat: number }[];
  /** @returns seconds of the chart */
  timeAt(tick: number): number;
}

/** seconds before the first measure, so that players see the first notes come */
const SHORTEST_LEAD = 2.5;

/**
 * The chart begins with whole bars at the tempo of the first measure, and its tempo follows each beat of the recording: every
 * beat of the chart is where it is in the sound.
 */
export function chartClock(measures: readonly Measure[]): ChartClock {
  const first = measures[0]!;
  const bar = first.meter.beats / first.meter.beatType;
  const missing = first.pickup ? bar - first.length.valueOf() : 0;
  const secondsPerWhole = first.duration / first.length.valueOf();
  const bars = Math.ceil((Math.max(SHORTEST_LEAD, first.startTime) / secondsPerWhole - missing) / bar - 1e-9);
  const lead = Math.max(bars, missing > 0 ? 0 : 1) * bar + missing;
  const silence = lead * secondsPerWhole - first.startTime;

  const anchors: Anchor[] = [{ tick: 0, time: 0 }];
  const measureTicks: number[] = [];
  const signatures: { tick: number; meter: Meter }[] = [{ tick: 0, meter: first.meter }];
  let tick = ticksOf(lead);
  for (const { startTime, beats, length, meter, pickup, showMeter } of measures) {
    measureTicks.push(tick);
    if (showMeter && !pickup && tick > ticksOf(lead)) signatures.push({ tick, meter });
    anchors.push({ tick, time: startTime + silence });
    for (const beat of beats) {
      if (beat.onset.gt(0)) anchors.push({ tick: tick + ticksOf(beat.onset.valueOf()), time: beat.time + silence });
    }
    tick += ticksOf(length.valueOf());
  }
  const last = measures.at(-1)!;
  anchors.push({ tick, time: last.startTime + last.duration + silence });
  return { silence, measureTicks, signatures, tempos: tempoMap(anchors), timeAt: (at) => interpolate(anchors, at) };
}

/** @param wholes whole notes */
export function ticksOf(wholes: number): number {
  return Math.round(4 * TICKS_PER_QUARTER * wholes);
}

function interpolate(anchors: readonly Anchor[], tick: number): number {
  const after = anchors.findIndex((anchor) => anchor.tick > tick);
  const [from, to] = after > 0 ? [anchors[after - 1]!, anchors[after]!] : [anchors.at(-2)!, anchors.at(-1)!];
  return from.time + ((tick - from.tick) / (to.tick - from.tick)) * (to.time - from.time);
}
