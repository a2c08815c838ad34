import { z } from "zod";
import { meterSchema } from "./meter.ts";

export const DETAILS = ["simple", "standard", "full"] as const;
export const detailSchema = z.enum(DETAILS);
export type Detail = z.infer<typeof detailSchema>;

/** Beats counted for each that was heard: a half, two thirds, one, three halves, two. */
export const TEMPO_SCALES = ["half", "twoThirds", "same", "threeHalves", "double"] as const;
export type TempoScale = (typeof TEMPO_SCALES)[number];

/** Beats per minute that a user knows of. */
export const bpmSchema = z.number().min(40).max(240);

/** Options of notation. They can be changed without listening again. */
export const notateOptionsSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  /** count more or fewer beats than were heard */
  tempoScale: z.enum(TEMPO_SCALES).default("same"),
  /** beats per minute that the user gives: the beats are counted at the simple ratio that is nearest; it overrides `tempoScale` */
  bpm: bpmSchema.optional(),
  /** number of beats by which the bar lines move, forward in time */
  shiftDownbeat: z.number().int().min(-16).max(16).default(0),
  /** meter to write the bars in; absent: as heard */
  meter: meterSchema.optional(),
  swing: z.enum(["auto", "on", "off"]).default("auto"),
  /** finest note values: straight eighths, sixteenths, thirty-seconds, triplets, or as played */
  grid: z.enum(["auto", "8", "16", "32", "8t", "16t"]).default("auto"),
  /** how much is written: for beginners, what a part usually shows, or loudness as well; see docs/notation.md */
  detail: detailSchema.default("standard"),
  /** repeat signs where one, two or four bars come again at least three times */
  repeats: z.boolean().default(true),
  /** whether uncertain notes are grey */
  showConfidence: z.boolean().default(false),
  /** whether MIDI follows the written positions instead of the performance */
  quantised: z.boolean().default(false),
});

export type NotateOptions = z.output<typeof notateOptionsSchema>;

export const separationSchema = z.enum(["auto", "on", "off"]);
export type Separation = z.infer<typeof separationSchema>;

/** latest start of a part, seconds: a recording of a day */
const MAX_RECORDING_SECONDS = 86_400;

/** Options of listening. */
export const listenOptionsSchema = z.object({
  separation: separationSchema.default("auto"),
  /** tempo given by the user, beats per minute; the beat tracker keeps close to it */
  bpm: bpmSchema.optional(),
  /** meter that the person knows */
  meter: meterSchema.optional(),
  /** seconds of the recording at which the part to be transcribed begins; absent: at its start */
  from: z.number().min(0).max(MAX_RECORDING_SECONDS).optional(),
  /** seconds of the recording at which the part ends; absent: at its end */
  to: z.number().min(0).max(MAX_RECORDING_SECONDS).optional(),
});

export type ListenOptions = z.output<typeof listenOptionsSchema>;

/** Tempos of the play-along video, percent of the recording's. */
export const SPEEDS = [50, 75, 90, 100] as const;
export type Speed = (typeof SPEEDS)[number];
/** Clicks in the video: one bar before the music, also on every beat, or none. */
export const CLICKS = ["count-in", "on", "off"] as const;
/** The sound of the video: the recording, the recording without its drums, or the drums alone; the last two need separation. */
export const SOUNDS = ["song", "minus-one", "drums"] as const;

/** What is made to play with or to check by ear: the play-along video, or song and score side by side. */
export const PLAY_OUTPUTS = ["video", "audition"] as const;

/** Options of what is made from a score and its recording; speed, click and sound are those of the video. */
export const playOptionsSchema = z.object({
  output: z.enum(PLAY_OUTPUTS).default("video"),
  speed: z.literal(SPEEDS).default(100),
  click: z.enum(CLICKS).default("count-in"),
  sound: z.enum(SOUNDS).default("song"),
  /** the largest file, bytes; the default fits into a message of Discord everywhere */
  maxBytes: z.number().int().positive().default(9_500_000),
});

export type PlayOptions = z.output<typeof playOptionsSchema>;

/** What follows the song's name in the files of the separated drums, and of the rest. */
export const STEM_SUFFIXES: Readonly<Record<Exclude<PlayOptions["sound"], "song">, string>> = {
  "minus-one": ".minus-one.mp3",
  drums: ".drums.mp3",
};

export const FORMATS = [
  "musicxml",
  "mxl",
  "midi",
  "pdf",
  "png",
  "json",
  "gp",
  "tab",
  "video",
  "chart",
  "minus-one",
] as const;
export type Format = (typeof FORMATS)[number];
/** What is made unless somebody chooses. */
export const DEFAULT_FORMATS: readonly Format[] = ["musicxml", "mxl", "midi", "pdf", "png", "json"];
