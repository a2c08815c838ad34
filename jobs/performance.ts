import { z } from "zod";
import { meterSchema } from "./meter.ts";
import { noticeSchema } from "./notices.ts";
import { PIECES } from "./pieces.ts";

export const hitSchema = z.object({
  /** seconds from the start of the recording */
  time: z.number().nonnegative(),
  piece: z.enum(PIECES),
  /** 0..1, relative to the loudest hit that the piece can produce */
  velocity: z.number().min(0).max(1),
  /** 0..1, probability that this piece was hit at this time */
  confidence: z.number().min(0).max(1),
  /** 0..1: which pieces it may be, where that is not certain; the most probable one is `piece` */
  alternatives: z.partialRecord(z.enum(PIECES), z.number().min(0).max(1)).optional(),
});

export const beatSchema = z.object({
  /** seconds from the start of the recording */
  time: z.number(),
  /** position in the bar; 1 is the downbeat */
  position: z.number().int().min(1),
});

/** Everything heard in one recording: enough to write the score again without listening again. */
export const performanceSchema = z.object({
  version: z.literal(1),
  title: z.string().optional(),
  artist: z.string().optional(),
  /** seconds */
  duration: z.number().positive(),
  /** seconds of the file at which this part of it begins; absent if it was heard from its start */
  from: z.number().positive().optional(),
  /** in order of time */
  hits: z.array(hitSchema),
  /** in order of time: what was too uncertain to be a hit; notation uses it where the pattern of the song expects a hit */
  candidates: z.array(hitSchema).optional(),
  /** in order of time */
  beats: z.array(beatSchema),
  /** beats per minute: the median over the song */
  tempo: z.number().positive(),
  meter: meterSchema,
  /** whether the drums were separated before listening */
  separated: z.boolean(),
  /** name and version of the network that listened */
  model: z.string(),
  /** what was left out or done with less */
  notices: z.array(noticeSchema),
});

export type Hit = z.infer<typeof hitSchema>;
export type Beat = z.infer<typeof beatSchema>;
export type DrumPerformance = z.infer<typeof performanceSchema>;
