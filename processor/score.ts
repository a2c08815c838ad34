import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type Fraction from "fraction.js";

/**
 * A drum part as it is written. Written time is exact: every onset and duration is a fraction of a whole note.
 * Floating-point numbers hold only what was heard: seconds, velocities, confidences.
 */
export interface Score {
  readonly title: string;
  readonly artist?: string;
  readonly measures: readonly Measure[];
  /** the pieces used, in the order of the drum key */
  readonly pieces: readonly Piece[];
  /** absent where the song is played straight */
  readonly swing?: Swing;
  /** hits that were heard and not written, with the reason */
  readonly dropped: readonly DroppedHit[];
  /** notes that are written differently from what was heard, because similar bars say so; in order of time */
  readonly revisions: readonly Revision[];
}

/** Which notes swing in pairs, and where in the pair the second one lies: 2/3 in a triplet shuffle. */
export interface Swing {
  readonly unit: "eighth" | "16th";
  readonly ratio: number;
}

/**
 * Why a hit is not written: `rebound`, it lies beside a stronger hit; `sameNote`, a stronger hit takes the same note;
 * `pattern`, similar bars make it improbable; `detail`, the requested level of detail leaves it out.
 */
export type DropCause = "rebound" | "sameNote" | "pattern" | "detail";

export interface DroppedHit {
  /** seconds */
  readonly time: number;
  readonly piece: Piece;
  readonly cause: DropCause;
  /** a sentence for the user */
  readonly reason: string;
}

export interface Revision {
  /** seconds */
  readonly time: number;
  /** as it is written */
  readonly piece: Piece;
  /** as it was heard; absent where it was too uncertain to be a hit */
  readonly heard?: Piece;
}

export interface Meter {
  readonly beats: number;
  /** 2, 4, 8 or 16 */
  readonly beatType: number;
}

export interface Measure {
  /** as printed: 1 for the first full bar, 0 for a pickup */
  readonly number: number;
  /** a pickup is shorter than its meter and is not counted */
  readonly pickup: boolean;
  readonly meter: Meter;
  /** length in whole notes; the meter's, or less in a pickup */
  readonly length: Fraction;
  /** true where the time signature is printed: in the first measure and at changes */
  readonly showMeter: boolean;
  /** metronome mark printed above this measure */
  readonly tempo?: TempoMark;
  /** set where a feel begins */
  readonly feel?: "swing" | "straight";
  /** rehearsal mark: a section of the song begins here */
  readonly section?: string;
  /** this bar is a fill that leads to the section of this name */
  readonly fillInto?: string;
  /** a loudness begins here */
  readonly loudness?: Loudness;
  /** set where the bar equals the one, two or four bars before it and a repeat sign replaces it */
  readonly repeat?: RepeatPlace;
  /** set where the bar is one of several empty ones, which are one multi-bar rest */
  readonly rest?: RestPlace;
  /** set in a passage that was heard with little confidence; the first bar of the passage says so */
  readonly uncertain?: "begin" | "continue";
  /** seconds at which this measure begins in the recording */
  readonly startTime: number;
  /** seconds until the next measure begins */
  readonly duration: number;
  /** the beats as they are counted, in order; the first one begins the measure unless a pickup begins between two beats */
  readonly beats: readonly MeasureBeat[];
  /** one or two; together they hold every note of the measure, and each sums to `length` */
  readonly voices: readonly Voice[];
}

/** One count of a measure: a quarter in 4/4; in 6/8 a dotted quarter, or an eighth where eighths are counted. */
export interface MeasureBeat {
  /** from the start of the measure, whole notes */
  readonly onset: Fraction;
  /** seconds at which it was played */
  readonly time: number;
}

export const LOUDNESSES = ["p", "mp", "mf", "f", "ff"] as const;
/** How loud a passage is compared with the rest of the song. */
export type Loudness = (typeof LOUDNESSES)[number];

/** A bar's place among the bars that one repeat sign replaces. */
export interface RepeatPlace {
  /** number of bars that the sign replaces */
  readonly bars: 1 | 2 | 4;
  /** 0 for the first of them */
  readonly index: 0 | 1 | 2 | 3;
  /** which time the passage is played: 2 for the first sign after it */
  readonly time: number;
}

/** A bar's place in a multi-bar rest. */
export interface RestPlace {
  /** length of the rest */
  readonly bars: number;
  /** 0 for its first bar */
  readonly index: number;
}

export interface TempoMark {
  /** the beat: 1/4 or 3/8 */
  readonly unit: Fraction;
  /** beats per minute, a whole number */
  readonly perMinute: number;
}

export interface Voice {
  readonly number: 1 | 2;
  readonly stem: "up" | "down";
  readonly events: readonly ScoreEvent[];
}

export type NoteType = "whole" | "half" | "quarter" | "eighth" | "16th" | "32nd";

export type Beam = "begin" | "continue" | "end" | "forward hook" | "backward hook";

/** One chord or rest. */
export interface ScoreEvent {
  /** from the start of the measure, whole notes */
  readonly onset: Fraction;
  /** whole notes; the tuplet's ratio is applied */
  readonly duration: Fraction;
  readonly type: NoteType;
  readonly dots: 0 | 1;
  /** true for the rest of a whole empty measure, whatever its meter */
  readonly wholeMeasure: boolean;
  /** set on each event of a tuplet */
  readonly tuplet?: TupletPlace;
  /** one for each beam level, eighths first; empty without a beam */
  readonly beams: readonly Beam[];
  /** struck together; empty for a rest */
  readonly notes: readonly ScoreNote[];
  /** grace notes, in order: one for a flam, two for a drag */
  readonly graces: readonly ScoreNote[];
  /** tremolo strokes through the stem, 0 for none */
  readonly tremolo: 0 | 1 | 2 | 3;
}

export interface TupletPlace {
  /** this many … */
  readonly actual: number;
  /** … in the time of this many */
  readonly normal: number;
  /** the note value of one part */
  readonly unit: NoteType;
  readonly place: "start" | "inside" | "stop";
}

export interface ScoreNote {
  readonly piece: Piece;
  readonly dynamic: "ghost" | "normal" | "accent";
  /** 0..1, as played */
  readonly velocity: number;
  /** 0..1 */
  readonly confidence: number;
  /** seconds: when it was played */
  readonly time: number;
  /** `+` above: a closed hi-hat directly after an open one */
  readonly closing: boolean;
  /** the other hits of the roll that this note represents */
  readonly rolled?: readonly Hit[];
  /** set where the hit is so uncertain that it is drawn grey */
  readonly unsure?: true;
}
