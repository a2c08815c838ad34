import { type Progress, STAGES, type Stage } from "@groovesheet/jobs/result.ts";

export type StageSeconds = Readonly<Partial<Record<Stage, number>>>;

/** Relative durations of the stages before the first job is measured. */
export const INITIAL_ESTIMATE: StageSeconds = { decode: 1, listen: 12, track: 1, notate: 1, engrave: 5 };

export const INITIAL_ESTIMATE_SEPARATED: StageSeconds = { ...INITIAL_ESTIMATE, separate: 150 };

/** Weight of the newest job in the moving average. */
const NEWEST_WEIGHT = 0.3;
/** An estimate of the remaining time is given from this many seconds and this share of the work on. */
const MIN_ELAPSED_SECONDS = 2;
const MIN_DONE = 0.05;

/**
 * The progress of a job, from the share of the work that each stage had in earlier jobs.
 *
 * @param fraction 0..1 of the stage
 * @param elapsed seconds since the job began
 * @param expected seconds of each stage in earlier jobs; only their ratios matter
 */
export function measureProgress(stage: Stage, fraction: number, elapsed: number, expected: StageSeconds): Progress {
  const place = STAGES.indexOf(stage);
  const total = STAGES.reduce((sum, other) => sum + (expected[other] ?? 0), 0);
  const before = STAGES.slice(0, place).reduce((sum, other) => sum + (expected[other] ?? 0), 0);
  const within = Math.min(1, Math.max(0, fraction));
  const done = Math.min(1, (before + within * (expected[stage] ?? 0)) / total);
  const known = elapsed >= MIN_ELAPSED_SECONDS && done > MIN_DONE;
  return { stage, fraction: within, done, ...(known && { secondsLeft: (elapsed * (1 - done)) / done }) };
}

/** @returns the estimate for the next job, after one whose stages took `measured` */
export function updateEstimate(expected: StageSeconds, measured: StageSeconds): StageSeconds {
  const next = STAGES.map((stage) => [stage, movingAverage(expected[stage] ?? 0, measured[stage] ?? 0)] as const);
  return Object.fromEntries(next);
}

export function movingAverage(before: number | undefined, now: number): number {
  return before === undefined ? now : before * (1 - NEWEST_WEIGHT) + now * NEWEST_WEIGHT;
}
