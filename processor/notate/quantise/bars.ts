import { median } from "../../numeric/median.ts";
import type { Meter } from "../../score.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";
import type { CountedBeats } from "./beats.ts";

/** The unit that one grid divides: a quarter, or an eighth where eighths are counted. */
export interface Pulse {
  /** seconds */
  readonly time: number;
  /** seconds until the next pulse */
  readonly duration: number;
  /** ticks from the start of the song */
  readonly tick: number;
  /** its own length in ticks */
  readonly ticks: number;
}

export interface Bar {
  readonly meter: Meter;
  /** shorter than its meter, before the first downbeat */
  readonly pickup: boolean;
  /** ticks from the start of the song */
  readonly tick: number;
  readonly ticks: number;
  /** seconds */
  readonly time: number;
  readonly duration: number;
  /** the counted beats, in order */
  readonly beats: readonly { readonly tick: number; readonly time: number }[];
}

/**
 * Lays bars over the counted beats.
 *
 * @param offsets seconds by which the player is behind each pulse; bars begin where the player feels them
 */
export function layBars(count: CountedBeats, offsets: readonly number[]): Bar[] {
  const { downbeats, unit } = count;
  const parts = offsets.length / (count.times.length - 1);
  const times = count.times.map((time, index) => time + offsets[Math.min(index * parts, offsets.length - 1)]!);
  const bars: Bar[] = [];
  const add = (from: number, to: number, pickup: boolean) => {
    const meter = pickup || to - from === count.perBar ? count.meter : meterOf(to - from, count);
    const time = times[from]!;
    const ticks = (to - from) * unit;
    const beats = times.slice(from, to).map((time, index) => ({ tick: (from + index) * unit, time }));
    bars.push({ meter, pickup, tick: from * unit, ticks, time, duration: times[to]! - time, beats });
  };
  if (downbeats[0]! > 0) add(0, downbeats[0]!, true);
  for (let i = 1; i < downbeats.length; i++) {
    let from = downbeats[i - 1]!;
    const to = downbeats[i]!;
    while (to - from >= 2 * count.perBar || !isPrintable(to - from, count)) {
      add(from, from + count.perBar, false);
      from += count.perBar;
    }
    add(from, to, false);
  }
  return bars;
}

/** A bar that is longer or shorter than the others gets a meter of its own. */
function meterOf(beats: number, { perBar, meter }: CountedBeats): Meter {
  return { beats: (beats * meter.beats) / perBar, beatType: meter.beatType };
}

function isPrintable(beats: number, count: CountedBeats): boolean {
  return beats <= count.perBar || meterOf(beats, count).beats <= 16;
}

/** @returns usual length of a quarter, seconds */
export function usualQuarter(pulses: readonly Pulse[]): number {
  return median(pulses.map(({ duration, ticks }) => (duration * QUARTER) / ticks));
}

/** Lays pulses over the counted beats. */
export function layPulses({ times, unit }: CountedBeats): Pulse[] {
  const size = unit % QUARTER === 0 ? QUARTER : unit % EIGHTH === 0 ? EIGHTH : unit;
  const parts = unit / size;
  return times.slice(0, -1).flatMap((start, index) => {
    const duration = (times[index + 1]! - start) / parts;
    return Array.from({ length: parts }, (_, part) => ({
      time: start + part * duration,
      duration,
      tick: index * unit + part * size,
      ticks: size,
    }));
  });
}
