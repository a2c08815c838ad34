import { type Piece, piecesWhere } from "@groovesheet/jobs/pieces.ts";
import type { ScoreEvent, ScoreNote, Voice } from "../../score.ts";
import { barTicks } from "../meter.ts";
import type { Bar } from "../quantise/bars.ts";
import { toFraction } from "../ticks.ts";
import { writeBeams } from "./beams.ts";
import { type Value, type WrittenBeat, writeBeat } from "./rhythm.ts";
import { type BarShape, sustain, wholeMeasureRest } from "./sustain.ts";

/** What is struck at one tick of a bar. */
export interface Chord {
  /** from the start of the bar */
  readonly tick: number;
  readonly notes: readonly ScoreNote[];
  readonly graces: readonly ScoreNote[];
}

/** Tremolo strokes by note value: together with its flags they make 32nds, the written speed of a roll. */
const ROLL_STROKES = { whole: 3, half: 3, quarter: 3, eighth: 2, "16th": 1, "32nd": 1 } as const;
const FEET = piecesWhere(({ limb }) => limb === "foot");
/** Pieces with normal heads, which can be hollow and so show values longer than a quarter. */
const OPEN_HEADS: ReadonlySet<Piece> = new Set(["kick", "snare", "tomHigh", "tomMid", "tomLow", "tomFloor"]);

/** Writes a bar: in one voice where feet only fall together with hands, otherwise hands above and feet below. */
export function writeVoices(bar: Bar, beats: readonly WrittenBeat[], chords: readonly Chord[]): Voice[] {
  const shape: BarShape = { meter: bar.meter, origin: bar.pickup ? barTicks(bar.meter) - bar.ticks : 0 };
  const write = (part: readonly Chord[]) => writeVoice(part, bar, beats, shape);
  const hands = split(chords, (note) => !FEET.has(note.piece));
  const low = split(chords, (note) => FEET.has(note.piece));
  const handTicks = new Set(hands.map((chord) => chord.tick));
  const rolls = hands.some(isRoll); // the tremolo strokes on a common stem would apply to the feet, too
  if (!rolls && low.every((chord) => handTicks.has(chord.tick)))
    return [{ number: 1, stem: "up", events: write(chords) }];
  return [
    { number: 1, stem: "up", events: write(hands) },
    { number: 2, stem: "down", events: write(low) },
  ];
}

function isRoll({ notes }: Chord): boolean {
  return notes.some((note) => note.rolled !== undefined);
}

function split(chords: readonly Chord[], belongs: (note: ScoreNote) => boolean): Chord[] {
  return chords
    .map(({ tick, notes, graces }) => ({ tick, notes: notes.filter(belongs), graces: graces.filter(belongs) }))
    .filter((chord) => chord.notes.length > 0);
}

function writeVoice(chords: readonly Chord[], bar: Bar, beats: readonly WrittenBeat[], shape: BarShape): ScoreEvent[] {
  const byTick = new Map(chords.map((chord) => [chord.tick, chord]));
  if (chords.length === 0) return [toEvent(wholeMeasureRest(bar.ticks), undefined, [], true)];
  const attacks = chords.map((chord) => chord.tick);
  const isOpen = (tick: number) => byTick.get(tick)!.notes.every((note) => OPEN_HEADS.has(note.piece));
  const values = sustain(
    beats.flatMap((beat) => writeBeat(beat, attacks)),
    shape,
    isOpen,
  );
  const beams = writeBeams(values, beats, shape);
  return values.map((value, index) => toEvent(value, byTick.get(value.tick), beams[index]!, false));
}

function toEvent(value: Value, chord: Chord | undefined, beams: ScoreEvent["beams"], whole: boolean): ScoreEvent {
  return {
    onset: toFraction(value.tick),
    duration: toFraction(value.ticks),
    type: value.type,
    dots: value.dots,
    wholeMeasure: whole,
    ...(value.tuplet && { tuplet: value.tuplet }),
    beams,
    notes: value.rest ? [] : chord!.notes,
    graces: value.rest ? [] : chord!.graces,
    tremolo: chord && isRoll(chord) ? ROLL_STROKES[value.type] : 0,
  };
}
