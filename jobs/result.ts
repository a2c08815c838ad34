import { z } from "zod";
import { PIECES } from "./pieces.ts";

export const STAGES = ["decode", "separate", "listen", "track", "notate", "engrave"] as const;
export type Stage = (typeof STAGES)[number];

/** What a processor tells of a running job, at most once a second. */
export const progressSchema = z.object({
  stage: z.enum(STAGES),
  /** 0..1 of this stage */
  fraction: z.number().min(0).max(1),
  /** 0..1 of the job */
  done: z.number().min(0).max(1),
  /** seconds to go, from the speed of this job; absent until it can be told */
  secondsLeft: z.number().nonnegative().optional(),
});

export const artifactSchema = z.object({
  /** in the object store */
  key: z.string(),
  /** what follows the title in the file's name: `.musicxml`, `-2.png` */
  suffix: z.string(),
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
});

export const resultSummarySchema = z.object({
  title: z.string(),
  artist: z.string().optional(),
  tempo: z.object({
    /** such notes a minute */
    perMinute: z.number(),
    /** the note that is counted, as a fraction of a whole note: `1/4` */
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
  /** which fingerprint of the road made it: another one may make another score of the same recording */
  fingerprint: z.string().default(""),
  notices: z.array(z.string()),
});

export const jobResultSchema = z.object({
  summary: resultSummarySchema,
  artifacts: z.array(artifactSchema),
  /** key of the performance in the store, from which the score can be written again */
  performanceKey: z.string(),
  /** seconds of work */
  seconds: z.number().nonnegative(),
});

/** Why a job has no result. `code` is that of a `UserError` or one of `FAULTS`. */
export const failureSchema = z.object({
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

/** What is not the person's to mend. */
export const FAULTS = ["internal", "crashed", "timedOut", "outOfMemory", "hung"] as const;
export type Fault = (typeof FAULTS)[number];

export type Progress = z.infer<typeof progressSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
export type ResultSummary = z.infer<typeof resultSummarySchema>;
export type JobResult = z.infer<typeof jobResultSchema>;
export type Failure = z.infer<typeof failureSchema>;

/** BullMQ keeps one string of a failure: this is it, and `readFailure` reads it. */
export function writeFailure(failure: Failure): string {
  return JSON.stringify(failure);
}

/** @returns the failure, or an internal fault where the reason was written by BullMQ itself (stalled too often) */
export function readFailure(reason: string | undefined): Failure {
  try {
    return failureSchema.parse(JSON.parse(reason ?? ""));
  } catch {
    return { code: reason?.includes("stalled") ? "crashed" : "internal", facts: {} };
  }
}
