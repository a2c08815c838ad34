import type { Hit } from "@groovesheet/jobs/performance.ts";
import { median, medianInterval } from "../../numeric/median.ts";
import type { Observations } from "../observations.ts";
import { type BeatLine, fitConstantTempo, peaksWithin } from "./constant-tempo.ts";

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
/** beats of a section on a line beside others that are played freely */
const LONG = 32;
/** squares of the natural logarithm of the tempo, summed over the beats, that another section must save */
const SECTION = 0.03;
/** A change of tempo by a smaller share is a player's own … */
const CHANGE = 0.04;
/** … and so is one that is not made within this number of beats on either side. */
const BESIDE = 12;
/** beats on either side of a boundary among which it is looked for */
const REACH = 8;
/** seconds: a peak this near to a half beat of a line belongs to it */
const NEAR = 0.03;
/** peaks of full height that a boundary must explain for each beat by which it interrupts the beats before it */
const INTERRUPTION = 4;

/**
 * Divides a song where its tempo changes for good: least squares of the logarithm of the tempo with a cost for each section.
 *
 * @param pulse seconds of the tracked beats, at their peaks
 * @returns undefined where there is no such change, or less than half of the song has a constant tempo
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
  return withLongLines(sections);
}

/** A player's tempo may be steady for a few bars: beside a section that is played freely, only long ones are on lines. */
function withLongLines(sections: readonly TempoSection[]): TempoSection[] | undefined {
  const isFree = sections.some(({ line }) => !line);
  const kept = sections.map((each) => (isFree && each.pulse.length < LONG ? { pulse: each.pulse } : each));
  const beatsOf = (some: readonly TempoSection[]) => some.reduce((sum, { pulse }) => sum + pulse.length, 0);
  return 2 * beatsOf(kept.filter(({ line }) => line)) >= beatsOf(kept) ? kept : undefined;
}

/** The beats of sections in order of time: those of their lines, otherwise of the pulse. */
export function beatsOfSections(sections: readonly TempoSection[], observed: Observations): number[] {
  const beats: number[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const [i, section] of sections.entries()) {
    const next = sections[i + 1];
    const to = next
      ? Math.max(from, boundary(section, next, observed))
      : section.pulse.at(-1)! + medianInterval(section.pulse) / 2;
    const first = i === 0 ? section.pulse[0]! - periodOf(section) / 4 : from;
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

/** Leaves out the starts of sections that the song reaches by and by, or whose tempo hardly differs from the one before. */
function mergeAlike(starts: readonly number[], tempi: readonly number[]): number[] {
  let kept = [...starts];
  const changeAt = (start: number, i: number) => {
    const [from, to] = [kept[i - 1]!, kept[i + 1] ?? tempi.length];
    const before = median(tempi.slice(Math.max(from, start - BESIDE), start - AROUND));
    return Math.abs(median(tempi.slice(start + AROUND, Math.min(to, start + BESIDE))) - before);
  };
  for (;;) {
    const changes = kept.map((start, i) => (i === 0 ? CHANGE : changeAt(start, i)));
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

/** Seconds just before the first beat of `next`, where the beats of both sections explain most peaks. */
function boundary(section: TempoSection, next: TempoSection, observed: Observations): number {
  const guess = next.pulse[0]!;
  const [before, after] = [periodOf(section), periodOf(next)];
  const peaks = peaksWithin(observed, guess - REACH * after, guess + REACH * after);
  const worth = (time: number) => {
    const explained = peaks.filter((peak) => distance(peak.time < time - NEAR ? section : next, peak.time) < NEAR);
    const gap = section.line ? Math.abs(time - nearestBeat(section.line, time)) / before : 0;
    return explained.reduce((sum, { weight }) => sum + weight, 0) - INTERRUPTION * gap;
  };
  const near = (time: number) => Math.abs(time - guess) <= REACH * after;
  const candidates = next.line
    ? lineBeats(next.line, guess - REACH * after, guess + REACH * after)
    : next.pulse.filter(near);
  const first = candidates.reduce((top, time) => (worth(time) > worth(top) ? time : top));
  return first - Math.min(before, after) / 4;
}

function periodOf({ line, pulse }: TempoSection): number {
  return line?.period ?? medianInterval(pulse);
}

function nearestBeat({ first, period }: BeatLine, time: number): number {
  return first + Math.round((time - first) / period) * period;
}

/** seconds from a time to the nearest half beat of a line, or to the nearest beat of a pulse */
function distance({ line, pulse }: TempoSection, time: number): number {
  if (line) return Math.abs(time - nearestBeat({ first: line.first, period: line.period / 2 }, time));
  return pulse.reduce((least, beat) => Math.min(least, Math.abs(time - beat)), Number.POSITIVE_INFINITY);
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
    const [before, after] = [beats[i - 1] ?? Number.NEGATIVE_INFINITY, beats[i + 1] ?? Number.POSITIVE_INFINITY];
    return after - time > (time - before) / 2 || i === 0;
  });
}

function cumulated(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1)! + value);
  return sums;
}
