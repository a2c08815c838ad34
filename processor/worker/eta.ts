import { type Progress, STAGES, type Stage } from "@groovesheet/jobs/result.ts";

export type StageSeconds = Partial<Record<Stage, number>>;

/** Shares of the work before the first job is measured. */
export const FIRST_GUESS: StageSeconds = { decode: 1, listen: 12, track: 1, notate: 1, engrave: 5 };

export const FIRST_GUESS_SEPARATED: StageSeconds = { ...FIRST_GUESS, separate: 150 };

/** Weight of the newest job in what is expected of the next. */
const NEWEST = 0.3;
/** seconds of work before a prediction is worth saying */
const UNTOLD_SECONDS = 2;

/**
 * How far a job is, from the share of the work that each stage had in earlier jobs.
 *
 * @param elapsed seconds since the job began
 */
export function measureProgress(stage: Stage, fraction: number, elapsed: number, expected: StageSeconds): Progress {
  const place = STAGES.indexOf(stage);
  const total = STAGES.reduce((sum, other) => sum + (expected[other] ?? 0), 0);
  const before = STAGES.slice(0, place).reduce((sum, other) => sum + (expected[other] ?? 0), 0);
  const within = Math.min(1, Math.max(0, fraction));
  const done = Math.min(1, (before + within * (expected[stage] ?? 0)) / total);
  const known = elapsed >= UNTOLD_SECONDS && done > 0.05;
  return { stage, fraction: within, done, ...(known ? { secondsLeft: (elapsed * (1 - done)) / done } : {}) };
}

/** @returns what is to be expected of the next job, after one that took `measured` */
export function learn(expected: StageSeconds, measured: StageSeconds): StageSeconds {
  const next = STAGES.map((stage) => [stage, mix(expected[stage] ?? 0, measured[stage] ?? 0)] as const);
  return Object.fromEntries(next);
}

/** Moving average. */
export function mix(before: number | undefined, now: number): number {
  return before === undefined ? now : before * (1 - NEWEST) + now * NEWEST;
}
