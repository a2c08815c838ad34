import { isCompoundMeter, meterParts } from "@groovesheet/jobs/meter.ts";
import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import type { Beat, DrumPerformance } from "@groovesheet/jobs/performance.ts";
import { medianInterval } from "../../numeric/median.ts";
import type { Meter } from "../../score.ts";
import { WHOLE } from "../ticks.ts";
import { type Counted, scaleBeats, scaledMeter, tempoRatio } from "./tempo-scale.ts";

/** The beats of a song, counted into bars. */
export interface CountedBeats {
  /** seconds, rising */
  readonly times: readonly number[];
  /** indices into `times` at which a bar begins, rising */
  readonly downbeats: readonly number[];
  /** beats in a full bar */
  readonly perBar: number;
  readonly meter: Meter;
  /** ticks from one beat to the next */
  readonly unit: number;
}

const SHORTEST_BEAT = 0.05;
const SLOW_EIGHTH = 0.35;

/**
 * Counts the beats into bars as the user requests (at another tempo, in another meter, from another downbeat), and
 * extends them at both ends so that every hit lies between two beats.
 */
export function countBeats(performance: DrumPerformance, options: NotateOptions): CountedBeats {
  const heard = heardBeats(performance);
  const ratio = tempoRatio(options, heard.times);
  const meter = meterParts(options.meter ?? scaledMeter(performance.meter, ratio));
  const scaled = scaleBeats(heard, ratio);
  const recounted = options.meter !== undefined || ratio.beats !== ratio.per;
  const perBar = recounted ? beatsIn(meter, performance, scaled.times) : usualBar(heard, meter);
  const downbeats = recounted ? every(perBar, scaled.downbeats[0] ?? 0, scaled.times.length) : scaled.downbeats;
  const shifted = shift(downbeats, options.shiftDownbeat, perBar, scaled.times.length);
  const actual = recounted || fits(meter, perBar) ? meter : { beats: perBar, beatType: meter.beatType };
  const unit = (actual.beats * WHOLE) / actual.beatType / perBar;
  return extend({ times: scaled.times, downbeats: shifted, perBar, meter: actual, unit }, performance);
}

function heardBeats(performance: DrumPerformance): Counted {
  const beats: Beat[] = [];
  for (const beat of performance.beats.toSorted((a, b) => a.time - b.time)) {
    if (beats.length === 0 || beat.time - beats.at(-1)!.time >= SHORTEST_BEAT) beats.push(beat);
  }
  if (beats.length < 2) {
    const start = beats[0]?.time ?? performance.hits[0]?.time ?? 0;
    return { times: [start, start + 60 / performance.tempo], downbeats: [0] };
  }
  const downbeats = beats.flatMap((beat, index) => (beat.position === 1 ? [index] : []));
  if (downbeats.length === 0) {
    const { beats: count } = meterParts(performance.meter);
    downbeats.push(...every(count, count - beats[0]!.position + 1, beats.length));
  }
  return { times: beats.map((beat) => beat.time), downbeats };
}

/** The most frequent number of beats from one downbeat to the next; without a full bar, that of the meter. */
function usualBar({ times, downbeats }: Counted, meter: Meter): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < downbeats.length; i++) {
    const count = downbeats[i]! - downbeats[i - 1]!;
    counts.set(count, (counts.get(count) ?? 0) + 1);
  }
  const longest = times.length - (downbeats.at(-1) ?? 0);
  let usual = isCompoundMeter(meter) && counts.size === 0 && longest <= meter.beats / 3 ? meter.beats / 3 : meter.beats;
  for (const [count, bars] of counts) {
    if (bars > (counts.get(usual) ?? 0) && count <= 16) usual = count;
  }
  return usual;
}

/** Beats in a bar of a meter that the user chose: dotted ones in compound meters, unless they are too short. */
function beatsIn(meter: Meter, performance: DrumPerformance, times: readonly number[]): number {
  if (!isCompoundMeter(meter)) return meter.beats;
  const heard = meterParts(performance.meter);
  const eighths = isCompoundMeter(heard)
    ? Math.max(...performance.beats.map((beat) => beat.position)) > heard.beats / 3
    : medianInterval(times) < SLOW_EIGHTH;
  return eighths ? meter.beats : meter.beats / 3;
}

function fits(meter: Meter, perBar: number): boolean {
  return meter.beats === perBar || (isCompoundMeter(meter) && meter.beats === 3 * perBar);
}

function every(step: number, from: number, end: number): number[] {
  const indices: number[] = [];
  for (let index = ((from % step) + step) % step; index < end; index += step) indices.push(index);
  return indices;
}

function shift(downbeats: readonly number[], by: number, perBar: number, end: number): number[] {
  if (by === 0) return [...downbeats];
  const moved = downbeats.map((index) => index + by).filter((index) => index >= 0 && index < end);
  if (moved.length === 0) return every(perBar, (downbeats[0] ?? 0) + by, end);
  while (moved[0]! >= perBar) moved.unshift(moved[0]! - perBar);
  return moved;
}

/** Extends the beats to before the first and past the last hit, and on to the downbeat that closes the last bar. */
function extend(count: CountedBeats, performance: DrumPerformance): CountedBeats {
  const times = [...count.times];
  let downbeats = [...count.downbeats];
  const hits = performance.hits.map((hit) => hit.time);
  const first = hits.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = hits.reduce((a, b) => Math.max(a, b), 0);

  const leading = medianInterval(times.slice(0, 9));
  const missing = Math.max(0, Math.ceil((times[0]! - first) / leading - 0.25));
  if (missing > 0 && Number.isFinite(missing)) {
    const start = times[0]!;
    times.unshift(...Array.from({ length: missing }, (_, i) => start - (missing - i) * leading));
    downbeats = downbeats.map((index) => index + missing);
  }
  if (downbeats.length === 0) downbeats.push(0);
  while (downbeats[0]! >= count.perBar) downbeats.unshift(downbeats[0]! - count.perBar);

  const trailing = medianInterval(times.slice(-9));
  const lastBar = lastingBar(downbeats, count.perBar);
  const closed = () => (times.length - 1 - downbeats.at(-1)!) % lastBar === 0;
  while (times.at(-1)! < last + trailing || !closed()) times.push(times.at(-1)! + trailing);
  while (downbeats.at(-1)! + lastBar < times.length) downbeats.push(downbeats.at(-1)! + lastBar);
  return { ...count, times, downbeats };
}

/** Beats in the last bars of a song: those of its last two full bars where they agree. */
function lastingBar(downbeats: readonly number[], usual: number): number {
  const [a, b, c] = downbeats.slice(-3);
  return c !== undefined && c - b! === b! - a! ? c - b! : usual;
}
