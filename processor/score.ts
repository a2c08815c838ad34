import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type Fraction from "fraction.js";

/**
 * A drum part as it stands on paper. Time on paper is exact: every onset and duration is a fraction of a whole note.
 * Floating-point numbers are only what was heard: seconds, velocities, confidences.
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
}

/** Which notes swing in pairs, and where in the pair the second one lies: 2/3 in a triplet shuffle. */
export interface Swing {
  readonly unit: "eighth" | "16th";
  readonly ratio: number;
}

/** `rebound`: heard beside a stronger stroke; `sameNote`: on paper there is place for one; `detail`: as was wished. */
export type DropCause = "rebound" | "sameNote" | "detail";

export interface DroppedHit {
  /** seconds */
  readonly time: number;
  readonly piece: Piece;
  readonly cause: DropCause;
  /** a sentence for the person */
  readonly reason: string;
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
  /** where the time signature is to be printed: first measure and changes */
  readonly showMeter: boolean;
  /** metronome mark printed above this measure */
  readonly tempo?: TempoMark;
  /** "swing" or "straight" where that begins */
  readonly feel?: "swing" | "straight";
  /** rehearsal mark: a section of the song begins here */
  readonly section?: string;
  /** this bar is a fill that leads to the section of this name */
  readonly fillInto?: string;
  /** a loudness begins here */
  readonly loudness?: Loudness;
  /** the bar is the same as the one, two or four before it, and a repeat sign may be drawn in its place */
  readonly repeat?: RepeatPlace;
  /** seconds at which this measure begins in the recording */
  readonly startTime: number;
  /** seconds until the next measure begins */
  readonly duration: number;
  /** one or two; together they hold every note of the measure, and each sums to `length` */
  readonly voices: readonly Voice[];
}

export const LOUDNESSES = ["p", "mp", "mf", "f", "ff"] as const;
/** How loud a stretch is beside the rest of the song. */
export type Loudness = (typeof LOUDNESSES)[number];

/** A bar's place among the bars that one repeat sign stands for. */
export interface RepeatPlace {
  /** that the sign stands for, which are the same as as many before them */
  readonly bars: 1 | 2 | 4;
  /** 0 for the first of them */
  readonly index: number;
}

export interface TempoMark {
  /** the note that is counted: 1/4 or 3/8 */
  readonly unit: Fraction;
  /** such notes per minute, a whole number */
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
  /** as it sounds and sums, whole notes; the tuplet's ratio is applied */
  readonly duration: Fraction;
  readonly type: NoteType;
  readonly dots: 0 | 1;
  /** the rest of a whole empty measure, whatever its meter */
  readonly wholeMeasure: boolean;
  /** set on each event of a tuplet */
  readonly tuplet?: TupletPlace;
  /** one for each beam level, the eighths' first; empty without beam */
  readonly beams: readonly Beam[];
  /** struck together; empty is a rest */
  readonly notes: readonly ScoreNote[];
  /** strokes before the main one, in order: one is a flam, two are a drag */
  readonly graces: readonly ScoreNote[];
  /** strokes of a roll, 0 for none */
  readonly tremolo: 0 | 1 | 2 | 3;
}

export interface TupletPlace {
  /** this many … */
  readonly actual: number;
  /** … in the time of this many */
  readonly normal: number;
  /** the note value that is counted */
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
  /** seconds: when it was really struck */
  readonly time: number;
  /** `+` above: a closed hi-hat directly after an open one */
  readonly closing: boolean;
  /** the other strokes of the roll that this note stands for */
  readonly rolled?: readonly Hit[];
  /** heard so uncertainly that it is to be drawn grey */
  readonly unsure?: true;
}
