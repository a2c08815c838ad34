import type { Hit } from "@groovesheet/jobs/performance.ts";
import { median, medianInterval } from "../numeric/median.ts";
import { type BeatLine, fitConstantTempo, peaksWithin } from "./constant-tempo.ts";
import type { Observations } from "./observations.ts";

/** Part of a song whose tempo is constant, or that is played freely. */
export interface TempoSection {
  /** seconds of its beats, at their peaks */
  readonly pulse: readonly number[];
  /** absent where it is played freely */
  readonly line?: BeatLine;
}

/** intervals before and after one of which the median is its tempo */
const AROUND = 4;
/** beats: a shorter section is an accelerando or a break */
const SHORTEST = 16;
/** squares of the natural logarithm of the tempo, summed over the beats, that another section must save */
const SECTION = 0.03;
/** A change of tempo by a smaller share is a player's own. */
const CHANGE = 0.04;
/** beats on either side of a boundary among which it is looked for, and at most this number of times */
const REACH = 8;
/** seconds: a peak this near to a half beat of a line belongs to it */
const NEAR = 0.03;
/** peaks of full height that a boundary must explain for each beat by which it interrupts the beats before it */
const INTERRUPTION = 4;

/**
 * Divides a song where its tempo changes for good: least squares of the logarithm of the tempo with a cost for each section.
 *
 * @param pulse seconds of the tracked beats, at their peaks
 * @returns undefined where there is no such change, or no section has a constant tempo
 */
export function tempoSections(
  pulse: readonly number[],
  observed: Observations,
  hits: readonly Hit[],
): TempoSection[] | undefined {
  const begins = sectionStarts(pulse);
  if (begins.length < 2) return undefined;
  const sections = begins.map((from, i): TempoSection => {
    const own = pulse.slice(from, begins[i + 1]);
    const within = hits.filter(
      ({ time }) => time >= own[0]! && time < (pulse[begins[i + 1]!] ?? Number.POSITIVE_INFINITY),
    );
    const line = fitConstantTempo(own, observed, within);
    return line ? { pulse: own, line: inPhase(line, own) } : { pulse: own };
  });
  return sections.some(({ line }) => line) ? sections : undefined;
}

/** The beats of sections in order of time: those of their lines, otherwise of the pulse. */
export function beatsOfSections(sections: readonly TempoSection[], observed: Observations): number[] {
  const beats: number[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const [i, section] of sections.entries()) {
    const next = sections[i + 1];
    const to = next ? boundary(section, next, observed) : section.pulse.at(-1)! + medianInterval(section.pulse) / 2;
    const first = i === 0 ? section.pulse[0]! - 1e-6 : from;
    beats.push(
      ...(section.line ? lineBeats(section.line, first, to) : section.pulse.filter((t) => t >= first && t < to)),
    );
    from = to;
  }
  return withoutCrowded(beats);
}

function sectionStarts(pulse: readonly number[]): number[] {
  const intervals = pulse.slice(1).map((time, i) => time - pulse[i]!);
  const tempi = intervals.map((_, i) => Math.log(median(intervals.slice(Math.max(0, i - AROUND), i + AROUND + 1))));
  const [sums, squares] = [cumulated(tempi), cumulated(tempi.map((tempo) => tempo ** 2))];
  const costOf = (from: number, to: number) => {
    const sum = sums[to]! - sums[from]!;
    return squares[to]! - squares[from]! - sum ** 2 / (to - from) + SECTION;
  };
  const best = new Float64Array(tempi.length + 1).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(tempi.length + 1);
  best[0] = 0;
  for (let to = SHORTEST; to <= tempi.length; to++) {
    for (let from = 0; from <= to - SHORTEST; from++) {
      const cost = best[from]! + costOf(from, to);
      if (cost < best[to]!) [best[to], before[to]] = [cost, from];
    }
  }
  const starts: number[] = [];
  for (let at = tempi.length; at > 0 && best[at]! < Number.POSITIVE_INFINITY; at = before[at]!)
    starts.unshift(before[at]!);
  return mergeAlike(starts, tempi);
}

/** Leaves out the starts of sections whose tempo hardly differs from the one before. */
function mergeAlike(starts: readonly number[], tempi: readonly number[]): number[] {
  const tempoFrom = (list: readonly number[], i: number) => median(tempi.slice(list[i], list[i + 1]));
  let kept = [...starts];
  for (;;) {
    const changes = kept.map((_, i) => (i === 0 ? CHANGE : Math.abs(tempoFrom(kept, i) - tempoFrom(kept, i - 1))));
    const least = Math.min(...changes);
    if (kept.length < 2 || least >= CHANGE) return kept;
    kept = kept.filter((_, i) => i !== changes.indexOf(least));
  }
}

/** The line with its beats, rather than the places between them, at those of the pulse. */
function inPhase({ first, period }: BeatLine, pulse: readonly number[]): BeatLine {
  const offsets = pulse.map((time) => Math.abs((time - first) / period - Math.round((time - first) / period)));
  return { first: median(offsets) > 1 / 4 ? first + period / 2 : first, period };
}

/** Seconds just before the first beat of `next`. */
function boundary(section: TempoSection, next: TempoSection, observed: Observations): number {
  const guess = next.pulse[0]!;
  if (!next.line) return guess - medianInterval(section.pulse) / 2;
  const { period } = next.line;
  const [from, to] = [guess - REACH * period, guess + REACH * period];
  const peaks = peaksWithin(observed, from, to);
  const before = section.line;
  if (!before) return nearestBeat(next.line, guess) - period / 2;
  const worth = (time: number) => {
    const explained = peaks.filter((peak) => distance(peak.time < time - NEAR ? before : next.line!, peak.time) < NEAR);
    const gap = Math.abs(time - nearestBeat(before, time)) / before.period;
    return explained.reduce((sum, { weight }) => sum + weight, 0) - INTERRUPTION * gap;
  };
  const candidates = lineBeats(next.line, from, to);
  const best = candidates.reduce((top, time) => (worth(time) > worth(top) ? time : top), nearestBeat(next.line, guess));
  return best - Math.min(period, before.period) / 4;
}

function nearestBeat({ first, period }: BeatLine, time: number): number {
  return first + Math.round((time - first) / period) * period;
}

/** seconds to the nearest half beat */
function distance({ first, period }: BeatLine, time: number): number {
  return Math.abs(time - nearestBeat({ first, period: period / 2 }, time));
}

function lineBeats({ first, period }: BeatLine, from: number, to: number): number[] {
  const begin = Math.ceil((from - first) / period);
  return Array.from(
    { length: Math.max(0, Math.ceil((to - first) / period) - begin) },
    (_, n) => first + (begin + n) * period,
  );
}

/** Without the last beats of a section that the first beat of the next one follows too soon. */
function withoutCrowded(beats: readonly number[]): number[] {
  return beats.filter((time, i) => {
    const [before, after] = [
      time - (beats[i - 1] ?? Number.NEGATIVE_INFINITY),
      (beats[i + 1] ?? Number.POSITIVE_INFINITY) - time,
    ];
    return after > before / 2 || !Number.isFinite(before);
  });
}

function cumulated(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1)! + value);
  return sums;
}
