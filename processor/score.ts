import type Fraction from "fraction.js";
import type { Piece } from "../jobs/performance.ts";

/**
 * A drum part as it stands on paper. Time is exact: every onset and duration is a fraction of a whole note; there is no
 * floating-point number in it but tempo and confidence.
 */
export interface Score {
  readonly title: string;
  readonly artist?: string;
  readonly measures: readonly Measure[];
  /** the pieces used, in the order of the drum key */
  readonly pieces: readonly Piece[];
  /** hits that were heard and not written, with the reason */
  readonly dropped: readonly DroppedHit[];
}

export interface DroppedHit {
  /** seconds */
  readonly time: number;
  readonly piece: Piece;
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
  /** rehearsal mark */
  readonly section?: string;
  /** seconds at which this measure begins in the recording */
  readonly startTime: number;
  /** seconds until the next measure begins */
  readonly duration: number;
  /** one or two; together they hold every note of the measure, and each sums to `length` */
  readonly voices: readonly Voice[];
}

export interface TempoMark {
  /** the note that is counted: 1/4 or 3/8 */
  readonly unit: Fraction;
  /** such notes per minute */
  readonly perMinute: number;
}

export interface Voice {
  readonly number: 1 | 2;
  readonly stem: "up" | "down";
  readonly events: readonly ScoreEvent[];
}

export type NoteType = "whole" | "half" | "quarter" | "eighth" | "16th" | "32nd";

/** One chord or rest. */
export interface ScoreEvent {
  /** from the start of the measure, whole notes */
  readonly onset: Fraction;
  /** as it sounds and sums, whole notes; the tuplet's ratio is applied */
  readonly duration: Fraction;
  readonly type: NoteType;
  readonly dots: 0 | 1;
  /** set on each event of a tuplet */
  readonly tuplet?: TupletPlace;
  /** one for each beam level, the eighths' first; empty without beam */
  readonly beams: readonly ("begin" | "continue" | "end" | "forward hook" | "backward hook")[];
  /** struck together; empty is a rest */
  readonly notes: readonly ScoreNote[];
  /** 1 before the main stroke is a flam, 2 a drag */
  readonly graceNotes: 0 | 1 | 2;
  /** strokes of a roll, 0 for none */
  readonly tremolo: 0 | 1 | 2 | 3;
}

export interface TupletPlace {
  /** this many … */
  readonly actual: number;
  /** … in the time of this many */
  readonly normal: number;
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
}
