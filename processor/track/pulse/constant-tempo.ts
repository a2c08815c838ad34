import type { Hit } from "@groovesheet/jobs/performance.ts";
import { medianInterval } from "../../numeric/median.ts";
import { parabolicShift } from "../../numeric/parabola.ts";
import type { Observations } from "../observations.ts";
import { AUDIBLE } from "./beat-pointer.ts";

/** Beats at a constant tempo: `first` + n · `period`, in seconds. */
export interface BeatLine {
  readonly first: number;
  readonly period: number;
}

/** something that happens at a time: a peak of the beat activation, or a hit */
export interface Event {
  /** seconds */
  readonly time: number;
  /** 0..1 */
  readonly weight: number;
}

/** The period may differ by this share from the median interval of the pulse. */
const PERIOD_RANGE = 0.04;
/** Points of the periodogram for each cycle over the whole song. */
const OVERSAMPLING = 4;
/** beats: an event this near to a half beat of the line belongs to it … */
const INLIER = 0.1;
/** … and rounds in which the line is fitted to such events. */
const ROUNDS = 6;
/** A shorter pulse is no evidence of a constant tempo. */
const FEWEST_BEATS = 8;
/** beats in a window that is checked for its distance from the line, and the events that it needs */
const WINDOW = 8;
const FEWEST_EVENTS = 4;
/** seconds: largest mean distance of the events in a window from the line */
const NEAR = 0.03;
/** least concentration of the events of a window about their mean, 0..1 */
const CONCENTRATED = 0.4;
/** Share of the windows near the line from which the tempo is constant. */
const CONSTANT = 0.85;

/**
 * Fits a line to the beats of a whole song: the strongest frequency, near that of the pulse, of the peaks of the beat
 * activation (as beats and as eighths) and of the hits (as sixteenths), refined by least squares. Whether the line has the
 * beats or the places between them is left open.
 *
 * @param pulse seconds of the tracked beats, at their peaks
 * @returns undefined where the tempo is not constant
 */
export function fitConstantTempo(
  pulse: readonly number[],
  observed: Observations,
  hits: readonly Hit[],
): BeatLine | undefined {
  if (pulse.length < FEWEST_BEATS) return undefined;
  const peaks = peaksWithin(observed, pulse[0]!, pulse.at(-1)!);
  if (peaks.length < FEWEST_BEATS) return undefined;
  const struck = hits.map(({ time, confidence }) => ({ time, weight: confidence }));
  const line = refine(strongestPeriod(peaks, struck, medianInterval(pulse)), peaks);
  return nearShare(line, peaks, struck) >= CONSTANT ? line : undefined;
}

/** The peaks of the beat activation between two times, in seconds. */
export function peaksWithin({ beat, fps }: Observations, from: number, to: number): Event[] {
  const peaks: Event[] = [];
  const last = Math.min(beat.length - 2, Math.ceil(to * fps) + 1);
  for (let n = Math.max(1, Math.floor(from * fps) - 1); n <= last; n++) {
    if (beat[n]! < AUDIBLE || beat[n]! <= beat[n - 1]! || beat[n]! < beat[n + 1]!) continue;
    peaks.push({ time: (n + parabolicShift(beat, n)) / fps, weight: beat[n]! });
  }
  return peaks;
}

/** The mean of the events on a circle that turns `frequency` times a second: its size, 0..1, and its angle in turns. */
function concentration(events: readonly Event[], frequency: number): { size: number; turns: number } {
  let [real, imaginary, sum] = [0, 0, 0];
  for (const { time, weight } of events) {
    const angle = 2 * Math.PI * frequency * time;
    real += weight * Math.cos(angle);
    imaginary += weight * Math.sin(angle);
    sum += weight;
  }
  return {
    size: Math.hypot(real, imaginary) / Math.max(sum, 1e-9),
    turns: Math.atan2(imaginary, real) / (2 * Math.PI),
  };
}

function strongestPeriod(peaks: readonly Event[], hits: readonly Event[], period: number): BeatLine {
  const span = peaks.at(-1)!.time - peaks[0]!.time;
  const [low, high] = [1 / (period * (1 + PERIOD_RANGE)), 1 / (period * (1 - PERIOD_RANGE))];
  const step = 1 / (4 * OVERSAMPLING * span);
  const count = Math.floor((high - low) / step) + 1;
  const sizes = (events: readonly Event[], parts: number) => concentrations(events, parts * low, parts * step, count);
  const [beats, eighths, sixteenths] = [sizes(peaks, 1), sizes(peaks, 2), sizes(hits, 4)];
  const power = beats.map((size, n) => size + eighths[n]! + sixteenths[n]!);
  const frequency = low + power.indexOf(Math.max(...power)) * step;
  return { first: concentration(peaks, 2 * frequency).turns / (2 * frequency), period: 1 / frequency };
}

/**
 * The sizes of the concentration at `count` frequencies, `step` apart from `low` on. The work grows with the square of the
 * song, so a rotation replaces sine and cosine: from each frequency to the next, an event's angle grows by the same amount.
 */
function concentrations(events: readonly Event[], low: number, step: number, count: number): Float64Array {
  const real = new Float64Array(count);
  const imaginary = new Float64Array(count);
  let sum = 0;
  for (const { time, weight } of events) {
    let [x, y] = [weight * Math.cos(2 * Math.PI * low * time), weight * Math.sin(2 * Math.PI * low * time)];
    const [cosine, sine] = [Math.cos(2 * Math.PI * step * time), Math.sin(2 * Math.PI * step * time)];
    for (let n = 0; n < count; n++) {
      real[n]! += x;
      imaginary[n]! += y;
      const turned = x * cosine - y * sine;
      y = x * sine + y * cosine;
      x = turned;
    }
    sum += weight;
  }
  return real.map((x, n) => Math.hypot(x, imaginary[n]!) / Math.max(sum, 1e-9));
}

/** Weighted least squares on the peaks near half beats of the line. */
function refine(line: BeatLine, peaks: readonly Event[]): BeatLine {
  let first = line.first;
  let half = line.period / 2;
  for (let round = 0; round < ROUNDS; round++) {
    let [weights, sumN, sumT, sumNN, sumNT] = [0, 0, 0, 0, 0];
    for (const { time, weight } of peaks) {
      const n = Math.round((time - first) / half);
      if (Math.abs(time - first - n * half) > 2 * INLIER * half) continue;
      weights += weight;
      sumN += weight * n;
      sumT += weight * time;
      sumNN += weight * n * n;
      sumNT += weight * n * time;
    }
    const spread = weights * sumNN - sumN * sumN;
    if (spread <= 0) break;
    half = (weights * sumNT - sumN * sumT) / spread;
    first = (sumT - half * sumN) / weights;
  }
  return { first, period: 2 * half };
}

/** The share of windows, with enough events, whose peaks are near half beats of the line, or whose hits near quarters. */
function nearShare({ first, period }: BeatLine, peaks: readonly Event[], hits: readonly Event[]): number {
  let [near, all] = [0, 0];
  const isNear = (events: readonly Event[], parts: number) => {
    const { size, turns } = concentration(
      events.map(({ time, weight }) => ({ time: time - first, weight })),
      parts / period,
    );
    return events.length >= FEWEST_EVENTS && size > CONCENTRATED && (Math.abs(turns) * period) / parts < NEAR;
  };
  for (let from = peaks[0]!.time; from < peaks.at(-1)!.time; from += WINDOW * period) {
    const within = ({ time }: Event) => time >= from && time < from + WINDOW * period;
    const [ownPeaks, ownHits] = [peaks.filter(within), hits.filter(within)];
    if (Math.max(ownPeaks.length, ownHits.length) < FEWEST_EVENTS) continue;
    all++;
    if (isNear(ownPeaks, 2) || isNear(ownHits, 4)) near++;
  }
  return near / Math.max(1, all);
}
