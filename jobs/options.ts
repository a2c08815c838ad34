import { z } from "zod";
import { meterSchema } from "./meter.ts";

export const DETAILS = ["simple", "standard", "full"] as const;
export const detailSchema = z.enum(DETAILS);
export type Detail = z.infer<typeof detailSchema>;

/** How the score is written from what was heard. Every one may be changed without listening again. */
export const notateOptionsSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  /** count half as many or twice as many beats */
  tempoScale: z.enum(["half", "same", "double"]).default("same"),
  /** beats by which the first beat of each bar moves, forward in time */
  shiftDownbeat: z.number().int().min(-16).max(16).default(0),
  /** bars are counted anew in this meter */
  meter: meterSchema.optional(),
  swing: z.enum(["auto", "on", "off"]).default("auto"),
  /** finest notes: straight eighths, sixteenths, thirty-seconds, triplets, or what is played */
  grid: z.enum(["auto", "8", "16", "32", "8t", "16t"]).default("auto"),
  /** what is written: for a beginner, what a part usually shows, or loudness as well; docs/notation.md has the list */
  detail: detailSchema.default("standard"),
  /** bars that are played again are signs */
  repeats: z.boolean().default(false),
  /** strokes that were heard uncertainly are grey */
  showConfidence: z.boolean().default(false),
  /** MIDI stands on the written places, not where it was played */
  quantised: z.boolean().default(false),
});

export type NotateOptions = z.output<typeof notateOptionsSchema>;

export const separationSchema = z.enum(["auto", "on", "off"]);
export type Separation = z.infer<typeof separationSchema>;

/** A part may begin anywhere in a recording of a day. */
const MAX_RECORDING_SECONDS = 86_400;

/** How a recording is heard. */
export const listenOptionsSchema = z.object({
  separation: separationSchema.default("auto"),
  /** beats per minute the person knows of; the beat tracker looks near it */
  bpm: z.number().min(40).max(240).optional(),
  /** the meter the person knows of */
  meter: meterSchema.optional(),
  /** seconds of the recording at which the part to be transcribed begins; absent: at its start */
  from: z.number().min(0).max(MAX_RECORDING_SECONDS).optional(),
  /** seconds of the recording at which the part ends; absent: at its end */
  to: z.number().min(0).max(MAX_RECORDING_SECONDS).optional(),
});

export type ListenOptions = z.output<typeof listenOptionsSchema>;

export const FORMATS = ["musicxml", "mxl", "midi", "pdf", "png", "json"] as const;
export type Format = (typeof FORMATS)[number];
