import type { Measure, Meter } from "../../score.ts";

/** MIDI ticks in a quarter. */
export const TICKS_PER_QUARTER = 480;

/** Maps the seconds of the recording to MIDI ticks. */
export interface Clock {
  /** at which each measure begins; 0 for one that ends with the start of the recording */
  readonly measureTicks: readonly number[];
  readonly signatures: readonly { readonly tick: number; readonly meter: Meter }[];
  readonly tempos: readonly { readonly tick: number; readonly microsecondsPerBeat: number }[];
  /** @returns the tick, not rounded, at a time of the recording in seconds */
  tickAt(time: number): number;
}

interface Bar {
  readonly ticks: number;
  /** seconds at which it begins */
  readonly time: number;
  /** absent if it belongs to the bar before it */
  readonly meter?: Meter | undefined;
}

export interface Anchor {
  readonly tick: number;
  readonly time: number;
}

/** A tempo in MIDI has 24 bits. */
const MAX_MICROSECONDS = 0xffffff;
/** The shortest bar that is inserted before the first whole one is about a note of this value. */
const SHORTEST_NOTE = 64;
/** Share of a note that is stretched to a whole one; the tempo there is at most 1 / 0.6 of the song's. */
const STRETCHED = 0.6;

/** The first measure begins at tick 0. */
export function writtenClock(measures: readonly Measure[]): Clock {
  return clockOf([], measures.map(barOf), endOf(measures));
}

/**
 * Tick 0 is the start of the recording. Before the first measure there are as many bars as fit, or one short bar; a
 * measure that begins before the recording is shortened. So bar lines are those of the score, at tempos near the song's.
 */
export function performedClock(measures: readonly Measure[]): Clock {
  const heard = measures.filter(({ startTime, duration }, i) => startTime + duration > 0 || i === measures.length - 1);
  const [first, ...others] = heard as [Measure, ...Measure[]];
  const rest = others.map(barOf);
  const end = endOf(measures);
  const wholesPerSecond = first.length.valueOf() / first.duration;
  if (first.startTime < 0) {
    const cut = shortBar((first.startTime + first.duration) * wholesPerSecond, first.meter);
    if (cut) return clockOf([], [cut, ...rest], end, measures.length);
    if (rest.length > 0) return clockOf([], [{ ...rest[0]!, time: 0 }, ...rest.slice(1)], end, measures.length);
  }
  const wholes = first.startTime * wholesPerSecond;
  const bar = first.meter.beats / first.meter.beatType;
  const missing = first.pickup ? Math.max(0, bar - first.length.valueOf()) : 0;
  const bars = Math.max(missing > 0 ? 0 : 1, Math.round((wholes - missing) / bar));
  const leadIn = bars * bar + missing;
  if (wholes >= STRETCHED * leadIn && leadIn >= STRETCHED * wholes) {
    const lead = { ticks: Math.round(leadIn * 4 * TICKS_PER_QUARTER), time: 0, meter: first.meter };
    return clockOf([lead], [{ ...barOf(first), meter: missing > 0 ? undefined : first.meter }, ...rest], end);
  }
  const lead = shortBar(wholes, first.meter);
  if (lead) return clockOf([lead], [barOf(first), ...rest], end);
  return clockOf([], [{ ...barOf(first), time: 0 }, ...rest], end, measures.length);
}

/** @returns the bar of a length near `wholes` that begins the recording, or undefined if that is too short for one */
function shortBar(wholes: number, { beatType }: Meter): Bar | undefined {
  for (let unit = beatType; unit <= SHORTEST_NOTE; unit *= 2) {
    if (wholes * unit < STRETCHED) continue;
    const beats = Math.max(1, Math.round(wholes * unit));
    return { ticks: (beats * 4 * TICKS_PER_QUARTER) / unit, time: 0, meter: { beats, beatType: unit } };
  }
  return undefined;
}

function barOf({ meter, length, pickup, startTime }: Measure): Bar {
  const beats = pickup ? Math.max(1, length.mul(meter.beatType).valueOf()) : meter.beats;
  const ticks = length.mul(4 * TICKS_PER_QUARTER).valueOf();
  return { ticks, time: startTime, meter: Number.isInteger(beats) ? { ...meter, beats } : undefined };
}

function endOf(measures: readonly Measure[]): number {
  const { startTime, duration } = measures.at(-1)!;
  return startTime + duration;
}

/** @param count measures in all; those without a bar end before the first of `bars` */
function clockOf(lead: readonly Bar[], bars: readonly Bar[], end: number, count = bars.length): Clock {
  const anchors: Anchor[] = [];
  const signatures: { tick: number; meter: Meter }[] = [];
  let tick = 0;
  for (const { ticks, time, meter } of [...lead, ...bars]) {
    anchors.push({ tick, time });
    const before = signatures.at(-1)?.meter;
    if (meter && !(before?.beats === meter.beats && before.beatType === meter.beatType))
      signatures.push({ tick, meter });
    tick += ticks;
  }
  anchors.push({ tick, time: end });
  const withoutBar = new Array<number>(count - bars.length).fill(0);
  return {
    measureTicks: [...withoutBar, ...anchors.slice(lead.length, -1).map((anchor) => anchor.tick)],
    signatures,
    tempos: tempoMap(anchors),
    tickAt: (time) => interpolate(anchors, time),
  };
}

/** @returns the tempo from each anchor to the next, in whole microseconds; each one corrects the rounding of those before it */
export function tempoMap(anchors: readonly Anchor[]): Clock["tempos"] {
  const start = anchors[0]!.time;
  let elapsed = 0;
  return anchors.slice(0, -1).map(({ tick }, index) => {
    const end = anchors[index + 1]!;
    const beats = (end.tick - tick) / TICKS_PER_QUARTER;
    const wanted = Math.round((1e6 * (end.time - start) - elapsed) / beats);
    const microsecondsPerBeat = Math.min(MAX_MICROSECONDS, Math.max(1, wanted));
    elapsed += microsecondsPerBeat * beats;
    return { tick, microsecondsPerBeat };
  });
}

function interpolate(anchors: readonly Anchor[], time: number): number {
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
