import type { Hit } from "@groovesheet/jobs/performance.ts";
import { type BeatLogits, classifyBeats } from "../counter.ts";
import { dividesInThree } from "../division.ts";
import { greatestNear, type Observations } from "../observations.ts";

export interface ClassifiedBeats extends BeatLogits {
  /** seconds, rising */
  readonly times: readonly number[];
}

/** A level relative to the tracked beats: beats every `step` of them, from one of `offsets` on. */
export interface Level {
  readonly step: number;
  readonly offsets: readonly number[];
  /** a multiple or part in three, where the tracked beats are in two or the other way round */
  readonly isTernary?: true;
}

/** The beats as they are, where the user gave the tempo. */
export const SAME: readonly Level[] = [{ step: 1, offsets: [0] }];
/** The beats of a line, which may be those or the places between them. */
export const SAME_OR_BETWEEN: readonly Level[] = [{ step: 1, offsets: [0, 1 / 2] }];
/** Multiples and parts of a pulse. */
export const OF_PULSE: readonly Level[] = [
  ...SAME_OR_BETWEEN,
  { step: 1 / 2, offsets: [0, 1 / 4] },
  { step: 2, offsets: [0, 1 / 2, 1, 3 / 2] },
  { step: 3, offsets: [0, 1 / 2, 1, 3 / 2, 2, 5 / 2] },
];
/** Those of a line, on which any place can be computed. */
export const OF_LINE: readonly Level[] = [
  ...OF_PULSE,
  { step: 2 / 3, offsets: [0, 1 / 6, 1 / 3, 1 / 2], isTernary: true },
  { step: 3 / 2, offsets: [0, 1 / 4, 1 / 2, 3 / 4, 1, 5 / 4], isTernary: true },
  { step: 4 / 3, offsets: [0, 1 / 3, 2 / 3, 1], isTernary: true },
];
/** Fewer beats or hits are no evidence of the level. */
const FEWEST = 8;
const SLOWEST_BPM = 38;
const FASTEST_BPM = 260;
/*
 * Weights relative to the counter's logit, chosen on ../docs/beats.md's development songs and performances.
 */
/** clarity of the beats over that of the places between them */
const CONTRAST = 2;
/** square of the octaves from the usual tempo, in quarters a minute */
const UNUSUAL = -3;
const USUAL_BPM = 115;
/** quarters in a beat that divides in three */
const DOTTED = 1.5;
/** share of the beats with a 32nd: a level at which most beats need them is not readable */
const THIRTY_SECONDS = -4;
/** seconds: hits this near to a 32nd are one */
const NEAR_32ND = 0.025;
const TERNARY = -3;

/**
 * A tracked pulse may be a multiple or a part of the tempo that listeners would tap, or lie between the beats. What is
 * played decides, once for the whole song: where the backbeat lies, how fast the hands move, how notes would be written.
 *
 * @param tracked seconds, rising
 * @param levels to choose from
 * @returns the beats that listeners would tap, with the counter's logits for them
 */
export async function chooseTempoLevel(
  tracked: readonly number[],
  observed: Observations,
  hits: readonly Hit[],
  levels: readonly Level[],
): Promise<ClassifiedBeats> {
  const nothing = tracked.map(() => 0);
  if (Math.min(tracked.length, hits.length) < FEWEST) return { times: tracked, downbeat: nothing, level: nothing };
  let best: ClassifiedBeats | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const { step, offsets, isTernary } of levels) {
    for (const offset of offsets) {
      const times = resample(tracked, step, offset);
      const bpm = (60 * (times.length - 1)) / (times.at(-1)! - times[0]!);
      if (step !== 1 && (times.length < 4 || bpm < SLOWEST_BPM || bpm > FASTEST_BPM)) continue;
      const contrast = clarity(times, observed) - clarity(resample(times, 1, 1 / 2), observed);
      const quarters = dividesInThree(times, hits) ? DOTTED * bpm : bpm;
      const known = CONTRAST * contrast + UNUSUAL * Math.log2(quarters / USUAL_BPM) ** 2 + (isTernary ? TERNARY : 0);
      const classified = await classifyBeats(times, hits);
      const score = known + THIRTY_SECONDS * shareOf32nds(times, hits) + mean(classified.level);
      if (score <= most) continue;
      most = score;
      best = { times, ...classified };
    }
  }
  return best!;
}

/** Times at every `step` of the beats from `offset` on, interpolated, within them. */
export function resample(beats: readonly number[], step: number, offset: number): number[] {
  const count = Math.floor((beats.length - 1 - offset) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, n) => {
    const at = offset + n * step;
    const index = Math.min(Math.floor(at + 1e-9), beats.length - 1);
    const part = at - index;
    return part < 1e-6 ? beats[index]! : beats[index]! + part * (beats[index + 1]! - beats[index]!);
  });
}

/** How clearly beats are heard at these times, 0..1. */
function clarity(times: readonly number[], { beat, fps }: Observations): number {
  return mean(times.map((time) => greatestNear(beat, Math.round(time * fps))));
}

/** Share of the beats with a hit at an odd eighth of the beat. */
function shareOf32nds(times: readonly number[], hits: readonly Hit[]): number {
  const beats = new Set<number>();
  let beat = 0;
  for (const { time } of hits) {
    while (beat + 2 < times.length && times[beat + 1]! <= time) beat++;
    const period = times[beat + 1]! - times[beat]!;
    const eighths = (8 * (time - times[beat]!)) / period;
    const nearest = Math.round(eighths);
    if (nearest % 2 !== 0 && (Math.abs(eighths - nearest) * period) / 8 < NEAR_32ND) beats.add(beat);
  }
  return beats.size / times.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
