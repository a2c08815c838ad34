import type { NoteType, TupletPlace } from "../../score.ts";
import type { Grid } from "../quantise/quantise.ts";
import { EIGHTH, QUARTER } from "../ticks.ts";

/** A note or rest with its place and its written value; ticks count from the start of the bar. */
export interface Value {
  readonly tick: number;
  readonly ticks: number;
  readonly rest: boolean;
  readonly type: NoteType;
  readonly dots: 0 | 1;
  readonly tuplet?: TupletPlace;
}

/** A beat of a bar, with the grids of the pulses in it. */
export interface WrittenBeat {
  readonly tick: number;
  readonly ticks: number;
  readonly pulses: readonly { readonly tick: number; readonly ticks: number; readonly grid: Grid }[];
}

const WRITTEN: ReadonlyMap<number, readonly [NoteType, 0 | 1]> = new Map([
  [192, ["whole", 0]],
  [144, ["half", 1]],
  [96, ["half", 0]],
  [72, ["quarter", 1]],
  [48, ["quarter", 0]],
  [36, ["eighth", 1]],
  [24, ["eighth", 0]],
  [18, ["16th", 1]],
  [12, ["16th", 0]],
  [6, ["32nd", 0]],
]);

const LENGTHS = [72, 48, 36, 24, 18, 12, 6] as const;
const REST_LENGTHS = [48, 24, 12, 6] as const;

/** @returns a note or rest of a length that one symbol can show */
export function value(tick: number, ticks: number, rest: boolean): Value {
  const [type, dots] = WRITTEN.get(ticks)!;
  return { tick, ticks, rest, type, dots };
}

/** Writes one voice within one beat: notes at `attacks` (ticks in the bar, rising), and the rests between. */
export function writeBeat(beat: WrittenBeat, attacks: readonly number[]): Value[] {
  return spansOf(beat, attacks).flatMap((span) => {
    const inside = attacks.filter((tick) => tick >= span.tick && tick < span.tick + span.ticks);
    return span.triplet ? writeTriplet(span, inside) : writeStraight(span, beat, inside);
  });
}

interface Span {
  readonly tick: number;
  readonly ticks: number;
  readonly triplet: boolean;
}

/** Splits a beat into the parts that are divided in three, and the parts between. */
function spansOf(beat: WrittenBeat, attacks: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const span of beat.pulses.flatMap((pulse) => cellsOf(pulse, attacks))) {
    const last = spans.at(-1);
    if (last && !last.triplet && !span.triplet) spans[spans.length - 1] = { ...last, ticks: last.ticks + span.ticks };
    else spans.push(span);
  }
  return spans;
}

function cellsOf({ tick, ticks, grid }: WrittenBeat["pulses"][number], attacks: readonly number[]): Span[] {
  const inside = attacks.filter((attack) => attack >= tick && attack < tick + ticks).map((attack) => attack - tick);
  if (grid % 3 !== 0) return [{ tick, ticks, triplet: false }];
  if (inside.every((attack) => attack % (ticks / 3) === 0)) {
    return [{ tick, ticks, triplet: inside.some((attack) => attack > 0) }];
  }
  const half = ticks / 2;
  return [0, half].map((from) => ({
    tick: tick + from,
    ticks: half,
    triplet: inside.some((attack) => attack > from && attack < from + half),
  }));
}

/** Three in the time of two; an attack that lasts two thirds is written as one note. */
function writeTriplet({ tick, ticks }: Span, attacks: readonly number[]): Value[] {
  const third = ticks / 3;
  const unit = WRITTEN.get(ticks / 2)![0];
  const double = WRITTEN.get(ticks)![0];
  const starts = attacks[0] === tick ? attacks : [tick, ...attacks];
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? tick + ticks;
    const place = index === 0 ? "start" : index === starts.length - 1 ? "stop" : "inside";
    return {
      tick: start,
      ticks: end - start,
      rest: index === 0 && attacks[0] !== tick,
      type: end - start === third ? unit : double,
      dots: 0,
      tuplet: { actual: 3, normal: 2, unit, place },
    };
  });
}

function writeStraight(span: Span, beat: WrittenBeat, attacks: readonly number[]): Value[] {
  const end = span.tick + span.ticks;
  const first = attacks[0] ?? end;
  const values = rests(span.tick, first, beat);
  for (const [index, attack] of attacks.entries()) {
    values.push(...noteWithRests(attack, attacks[index + 1] ?? end, beat));
  }
  return values;
}

/** The fewest symbols from one attack to the next; of two equal ways the longer note. */
function noteWithRests(from: number, to: number, beat: WrittenBeat): Value[] {
  let best: Value[] = [];
  let bestCost = Number.POSITIVE_INFINITY;
  for (const length of LENGTHS) {
    if (from + length > to || !isReadable(from - beat.tick, length, beat.ticks)) continue;
    const values = [value(from, length, false), ...rests(from + length, to, beat)];
    const cost = values.length + 0.3 * values[0]!.dots;
    if (cost < bestCost) {
      best = values;
      bestCost = cost;
    }
  }
  return best;
}

/** Whether a note of this length, begun there in a beat, still shows where the parts of the beat are. */
function isReadable(offset: number, length: number, beat: number): boolean {
  if (length === 72) return offset === 0 && beat === 72;
  if (length === QUARTER) return offset % EIGHTH === 0 && (beat > QUARTER || offset === 0);
  if (length === 36 || length === EIGHTH) return offset % 12 === 0;
  if (length === 18) return offset % EIGHTH <= 6;
  return offset % 6 === 0;
}

function rests(from: number, to: number, beat: WrittenBeat): Value[] {
  if (from === beat.tick && to === beat.tick + beat.ticks && beat.ticks === 72) return [value(from, 72, true)];
  const values: Value[] = [];
  let tick = from;
  while (tick < to) {
    const offset = tick - beat.tick;
    const length = REST_LENGTHS.find((candidate) => offset % candidate === 0 && tick + candidate <= to)!;
    values.push(value(tick, length, true));
    tick += length;
  }
  return values;
}
