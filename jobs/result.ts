import { z } from "zod";
import { noticeSchema } from "./notices.ts";
import { PIECES } from "./pieces.ts";

export const STAGES = ["decode", "separate", "listen", "track", "notate", "engrave", "play"] as const;
export type Stage = (typeof STAGES)[number];

/** Progress of a running job, reported at most once a second. */
export const progressSchema = z.object({
  stage: z.enum(STAGES),
  /** progress of the stage, 0..1 */
  fraction: z.number().min(0).max(1),
  /** progress of the job, 0..1 */
  done: z.number().min(0).max(1),
  /** estimated seconds left; absent until an estimate is possible */
  secondsLeft: z.number().nonnegative().optional(),
});

export const artifactSchema = z.object({
  /** key in the object store */
  key: z.string(),
  /** what follows the title in the file name, such as `.musicxml` or `-2.png` */
  suffix: z.string(),
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
});

export const resultSummarySchema = z.object({
  title: z.string(),
  artist: z.string().optional(),
  tempo: z.object({
    /** beats per minute */
    perMinute: z.number(),
    /** note value of the beat as a fraction of a whole note: `1/4` */
    unit: z.string(),
  }),
  meter: z.string(),
  swing: z.boolean(),
  measures: z.number().int().nonnegative(),
  /** seconds */
  duration: z.number(),
  hits: z.partialRecord(z.enum(PIECES), z.number().int().positive()),
  /** 0..1: mean confidence of the hits */
  meanConfidence: z.number().min(0).max(1),
  separated: z.boolean(),
  model: z.string(),
  /** fingerprint of the pipeline that made it */
  fingerprint: z.string().default(""),
  notices: z.array(noticeSchema),
});

export const jobResultSchema = z.object({
  summary: resultSummarySchema,
  artifacts: z.array(artifactSchema),
  /** key of the stored performance, from which the score can be written again */
  performanceKey: z.string(),
  /** seconds of work */
  seconds: z.number().nonnegative(),
});

/** Why a job has no result. `code` is that of a `UserError` or one of `FAULTS`. */
export const failureSchema = z.object({
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

/** Failures that the person cannot fix. */
export const FAULTS = ["internal", "crashed", "timedOut", "outOfMemory", "hung"] as const;
export type Fault = (typeof FAULTS)[number];

export type Progress = z.infer<typeof progressSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
export type ResultSummary = z.infer<typeof resultSummarySchema>;
export type JobResult = z.infer<typeof jobResultSchema>;
export type Failure = z.infer<typeof failureSchema>;

/** @returns the failure as the one string that BullMQ stores; `readFailure` parses it */
export function writeFailure(failure: Failure): string {
  return JSON.stringify(failure);
}

/** @returns the failure, or an internal fault if BullMQ wrote the reason itself (stalled too often) */
export function readFailure(reason: string | undefined): Failure {
  try {
    return failureSchema.parse(JSON.parse(reason ?? ""));
  } catch {
    return { code: reason?.includes("stalled") ? "crashed" : "internal", facts: {} };
  }
}
