import type { Measure } from "../../score.ts";

/** MIDI ticks in a quarter. */
export const TICKS_PER_QUARTER = 480;

/** Maps the seconds of the recording to MIDI ticks. */
export interface Clock {
  /** at which each measure begins */
  readonly measureTicks: readonly number[];
  readonly tempos: readonly { readonly tick: number; readonly microsecondsPerBeat: number }[];
  /** @returns the tick, not rounded, at a time of the recording in seconds */
  tickAt(time: number): number;
}

const slowest = 0xffffff;
/** Seconds before the first measure that are worth a lead-in. */
const shortestLeadIn = 0.02;

/** The first measure begins at tick 0. */
export function writtenClock(measures: readonly Measure[]): Clock {
  return clock(measures, 0);
}

/**
 * Tick 0 is the start of the recording: what is silent before the first measure is as many bars as come nearest, at the
 * tempo that makes them fit, so that bar lines stay bar lines in a sequencer.
 */
export function performedClock(measures: readonly Measure[]): Clock {
  const { startTime, duration, length, meter } = measures[0]!;
  if (startTime < shortestLeadIn) return clock(measures, 0);
  const bar = (4 * TICKS_PER_QUARTER * meter.beats) / meter.beatType;
  const ticks = ticksOf(measures[0]!);
  const rest = bar - ticks;
  const seconds = (duration * bar) / (length.valueOf() * 4 * TICKS_PER_QUARTER);
  const bars = Math.max(rest > 0 ? 0 : 1, Math.round(startTime / seconds - rest / bar));
  return clock(measures, bars * bar + rest);
}

function clock(measures: readonly Measure[], leadIn: number): Clock {
  const anchors: { readonly tick: number; readonly time: number }[] = [];
  if (leadIn > 0) anchors.push({ tick: 0, time: 0 });
  let tick = leadIn;
  for (const measure of measures) {
    anchors.push({ tick, time: measure.startTime });
    tick += ticksOf(measure);
  }
  const last = measures.at(-1)!;
  anchors.push({ tick, time: last.startTime + last.duration });
  return {
    measureTicks: anchors.slice(leadIn > 0 ? 1 : 0, -1).map((anchor) => anchor.tick),
    tempos: tempoMap(anchors),
    tickAt: (time) => interpolate(anchors, time),
  };
}

function ticksOf(measure: Measure): number {
  return measure.length.mul(4 * TICKS_PER_QUARTER).valueOf();
}

/** MIDI tempos are whole microseconds; each makes up for what the ones before it were rounded by. */
function tempoMap(anchors: readonly { readonly tick: number; readonly time: number }[]): Clock["tempos"] {
  const start = anchors[0]!.time;
  let elapsed = 0;
  return anchors.slice(0, -1).map(({ tick }, index) => {
    const end = anchors[index + 1]!;
    const beats = (end.tick - tick) / TICKS_PER_QUARTER;
    const wanted = Math.round((1e6 * (end.time - start) - elapsed) / beats);
    const microsecondsPerBeat = Math.min(slowest, Math.max(1, wanted));
    elapsed += microsecondsPerBeat * beats;
    return { tick, microsecondsPerBeat };
  });
}

function interpolate(anchors: readonly { readonly tick: number; readonly time: number }[], time: number): number {
  let low = 0;
  let high = anchors.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (anchors[middle]!.time <= time) low = middle;
    else high = middle - 1;
  }
  const [from, to] = [anchors[low]!, anchors[low + 1]!];
  return from.tick + ((time - from.time) / (to.time - from.time)) * (to.tick - from.tick);
}
