import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import { PIECES, type Piece } from "@groovesheet/jobs/pieces.ts";
import type { DroppedHit, Measure, Revision, Score, ScoreNote } from "../score.ts";
import { atDetail, type WrittenPart } from "./detail.ts";
import { drop } from "./dropped.ts";
import { markNotes, toNote } from "./marks/dynamics.ts";
import { markMeasures } from "./marks/marks.ts";
import { markTempo } from "./marks/tempo.ts";
import { barTicks, beatGroups, lastGroups } from "./meter.ts";
import { asHeard, settlePatterns } from "./patterns/patterns.ts";
import { layPlaces } from "./patterns/places.ts";
import { type Bar, layBars, layPulses, type Pulse, usualQuarter } from "./quantise/bars.ts";
import { countBeats } from "./quantise/beats.ts";
import { findOnsets } from "./quantise/onsets.ts";
import { type PlacedStroke, placeStrokes } from "./quantise/place.ts";
import { type Grid, type Quantiser, quantise } from "./quantise/quantise.ts";
import { joinStrokes } from "./strokes.ts";
import { toFraction } from "./ticks.ts";
import type { WrittenBeat } from "./voices/rhythm.ts";
import { type Chord, writeVoices } from "./voices/voices.ts";

/**
 * Notates a performance. Every hit is written, as a note or as a grace note, or is listed in `dropped`.
 * @returns a score of at least one measure
 */
export function notate(performance: DrumPerformance, options: NotateOptions, quantiser: Quantiser = quantise): Score {
  const count = countBeats(performance, options);
  const pulses = layPulses(count);
  const joined = joinStrokes(performance.hits, usualQuarter(pulses));
  const onsets = findOnsets(joined.strokes);
  const quantised = quantiser(pulses, onsets, options);
  const bars = layBars(count, quantised.offsets);
  // a hit of no confidence can be drawn to the beat after the last bar
  const last = pulses.at(-1)!;
  const ticks = quantised.ticks.map((tick) => (tick < last.tick + last.ticks ? tick : last.tick));
  const placed = placeStrokes(onsets, ticks);
  const places = layPlaces(pulses, quantised);
  const settled =
    options.detail === "full"
      ? asHeard(placed.strokes)
      : settlePatterns(bars, placed.strokes, performance.candidates ?? [], places);
  const notes = markNotes(settled.strokes, settled.alike);
  const written = atDetail(settled.strokes, notes, options.detail);
  const { swing } = quantised;
  return {
    title: options.title ?? performance.title ?? "Untitled",
    ...(performance.artist !== undefined && { artist: performance.artist }),
    measures: markMeasures(
      writeMeasures(barsPlayed(bars, written.strokes), pulses, places.grids, written, !!swing),
      options,
    ),
    pieces: piecesIn(written),
    ...(swing && { swing }),
    ...accountFor([...joined.dropped, ...placed.dropped, ...settled.dropped], written.left, settled.revisions),
  };
}

/**
 * @param left hits that the level of detail leaves out, as they would have been written
 * @returns what was not written, as it was heard, and the revisions of what was written
 */
function accountFor(
  dropped: readonly DroppedHit[],
  left: readonly Hit[],
  revisions: ReadonlyMap<Hit, Revision>,
): Pick<Score, "dropped" | "revisions"> {
  const written = new Map(revisions);
  const heard = left.flatMap((hit) => {
    const revision = revisions.get(hit);
    written.delete(hit);
    if (revision && !revision.heard) return []; // it was added, not heard
    return [drop({ ...hit, piece: revision?.heard ?? hit.piece }, "detail")];
  });
  return { dropped: inOrder([...dropped, ...heard]), revisions: inOrder([...written.values()]) };
}

function piecesIn({ strokes, notes }: WrittenPart): Piece[] {
  const used = new Set(strokes.flatMap((stroke) => [notes.get(stroke)!, ...stroke.graces].map(({ piece }) => piece)));
  return PIECES.filter((piece) => used.has(piece));
}

function inOrder<T extends { readonly time: number }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => a.time - b.time);
}

/** Leaves out silence before the first and after the last hit; a first bar whose first half is silent becomes a pickup. */
function barsPlayed(bars: readonly Bar[], strokes: readonly PlacedStroke[]): Bar[] {
  const firstTick = strokes[0]?.tick ?? 0;
  const lastTick = strokes.at(-1)?.tick ?? 0;
  const played = bars.filter((bar) => bar.tick + bar.ticks > firstTick && bar.tick <= lastTick);
  const [first, ...others] = played.length > 0 ? played : bars.slice(0, 1);
  return first ? [startAt(first, firstTick, others.length > 0), ...others] : [];
}

function startAt(bar: Bar, tick: number, isFollowed: boolean): Bar {
  const groups = beatGroups(bar.meter);
  let length = 0;
  const needed = bar.tick + bar.ticks - tick;
  for (const group of groups.toReversed()) {
    if (length >= needed) break;
    length += group;
  }
  length = Math.min(length, bar.ticks);
  if (!isFollowed || 2 * length > barTicks(bar.meter)) return bar;
  const end = { tick: bar.tick + bar.ticks, time: bar.time + bar.duration };
  const start = end.tick - length;
  const time = timeAt(start, [{ tick: bar.tick, time: bar.time }, ...bar.beats, end]);
  return {
    ...bar,
    pickup: true,
    tick: start,
    ticks: length,
    time,
    duration: end.time - time,
    beats: bar.beats.filter(({ tick: beat }) => beat >= start),
  };
}

/** @param beats in order, the first at or before `tick`, the last after it. @returns seconds, interpolated */
function timeAt(tick: number, beats: readonly { readonly tick: number; readonly time: number }[]): number {
  const next = beats.find((beat) => beat.tick > tick)!;
  const before = beats.findLast((beat) => beat.tick <= tick)!;
  return before.time + ((next.time - before.time) * (tick - before.tick)) / (next.tick - before.tick);
}

function writeMeasures(
  bars: readonly Bar[],
  pulses: readonly Pulse[],
  grids: readonly Grid[],
  { strokes, notes }: WrittenPart,
  swings: boolean,
): Measure[] {
  const tempos = markTempo(bars);
  const firstNumber = bars[0]?.pickup ? 0 : 1;
  let stroke = 0;
  let pulse = 0;
  return bars.map((bar, index) => {
    const end = bar.tick + bar.ticks;
    const inBar: PlacedStroke[] = [];
    while (stroke < strokes.length && strokes[stroke]!.tick < end) inBar.push(strokes[stroke++]!);
    while (pulse < pulses.length && pulses[pulse]!.tick < bar.tick) pulse++;
    const divided: WrittenBeat["pulses"][number][] = [];
    for (; pulse < pulses.length && pulses[pulse]!.tick < end; pulse++) {
      const { tick, ticks } = pulses[pulse]!;
      divided.push({ tick: tick - bar.tick, ticks, grid: grids[pulse]! });
    }
    const tempo = tempos.get(index);
    const before = bars[index - 1]?.meter;
    return {
      number: firstNumber + index,
      pickup: bar.pickup,
      meter: bar.meter,
      length: toFraction(bar.ticks),
      showMeter: before?.beats !== bar.meter.beats || before.beatType !== bar.meter.beatType,
      ...(tempo && { tempo }),
      ...(index === 0 && swings && { feel: "swing" as const }),
      startTime: bar.time,
      duration: bar.duration,
      beats: bar.beats.map(({ tick, time }) => ({ onset: toFraction(tick - bar.tick), time })),
      voices: writeVoices(bar, layBeats(bar, divided), chordsOf(inBar, bar, notes)),
    };
  });
}

function layBeats(bar: Bar, pulses: WrittenBeat["pulses"]): WrittenBeat[] {
  let tick = 0;
  return lastGroups(beatGroups(bar.meter), bar.ticks).map((ticks) => {
    const from = tick;
    tick += ticks;
    return { tick: from, ticks, pulses: pulses.filter((pulse) => pulse.tick >= from && pulse.tick < tick) };
  });
}

function chordsOf(strokes: readonly PlacedStroke[], bar: Bar, notes: ReadonlyMap<PlacedStroke, ScoreNote>): Chord[] {
  const byTick = new Map<number, PlacedStroke[]>();
  for (const stroke of strokes) {
    const tick = stroke.tick - bar.tick;
    const together = byTick.get(tick);
    if (together) together.push(stroke);
    else byTick.set(tick, [stroke]);
  }
  return [...byTick].map(([tick, together]) => ({
    tick,
    notes: together.map((stroke) => notes.get(stroke)!),
    graces: together.flatMap((stroke) => stroke.graces.map((hit) => toNote(hit, "normal"))),
  }));
}
