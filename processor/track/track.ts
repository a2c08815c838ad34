import type { Beat, Hit } from "../../jobs/performance.ts";
import { parabolicShift } from "../parabola.ts";
import { type TrackedBeat, trackBars } from "./barPointer.ts";
import { dividesInThree } from "./division.ts";
import type { Observations } from "./observations.ts";
import { turnBars } from "./turnBars.ts";

export interface TrackPriors {
  /** beats per minute, where a person gave it */
  readonly bpm?: number | undefined;
  /** as "6/8", where a person gave it */
  readonly meter?: string | undefined;
}

export interface Tracked {
  readonly beats: readonly Beat[];
  /** beats per minute: the median over the song */
  readonly tempo: number;
  /** the most frequent one of the song */
  readonly meter: string;
}

/** frames by which a beat may move to the summit of the activation */
const SNAP = 3;
/** a beat activation of less is no sign of music */
const AUDIBLE = 0.15;

/**
 * Beats, downbeats, meter and tempo from the network's activations.
 *
 * In a compound meter (6/8, 9/8, 12/8) the beat is the dotted quarter, so that a bar of 6/8 has two.
 *
 * @param hits used only to tell where the music begins and ends and whether its beats divide in three
 */
export function track(observed: Observations, hits: readonly Hit[], priors: TrackPriors = {}): Tracked {
  const given = priors.meter === undefined ? undefined : countedBeats(priors.meter);
  const all = turnBars(trackBars(observed, { bpm: priors.bpm, beatsPerBar: given }), observed, hits);
  const [from, to] = musicalSpan(observed, hits);
  const inside = all.filter((beat) => beat.frame >= from - SNAP && beat.frame <= to + SNAP);
  const beats = inside.map((beat) => ({ time: summit(observed, beat.frame), position: beat.position }));
  return { beats, tempo: medianTempo(beats), meter: priors.meter ?? commonMeter(inside, beats, hits) };
}

/** Beats that are counted in a bar: 2 in 6/8, 4 in 12/8, otherwise the upper number. */
function countedBeats(meter: string): number {
  const [upper, lower] = meter.split("/").map(Number) as [number, number];
  return lower >= 8 && upper % 3 === 0 && upper > 3 ? upper / 3 : upper;
}

function commonMeter(tracked: readonly TrackedBeat[], beats: readonly Beat[], hits: readonly Hit[]): string {
  const counts = new Map<number, number>();
  for (const beat of tracked) counts.set(beat.beatsPerBar, (counts.get(beat.beatsPerBar) ?? 0) + 1);
  const beatsPerBar = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 4;
  return beatsPerBar <= 4 && dividesInThree(beats, hits) ? `${beatsPerBar * 3}/8` : `${beatsPerBar}/4`;
}

/** First and last frame at which a beat or a hit is heard. */
function musicalSpan({ beat, fps }: Observations, hits: readonly Hit[]): [number, number] {
  const audible = [...beat.keys()].filter((n) => beat[n]! >= AUDIBLE);
  const frames = [
    audible[0],
    audible.at(-1),
    (hits[0]?.time ?? Number.NaN) * fps,
    (hits.at(-1)?.time ?? Number.NaN) * fps,
  ];
  const known = frames.filter((n): n is number => n !== undefined && !Number.isNaN(n));
  return known.length === 0 ? [0, -1] : [Math.min(...known), Math.max(...known)];
}

/** Seconds of the activation's greatest value near a frame, between frames by a parabola. */
function summit({ beat, fps }: Observations, frame: number): number {
  let top = Math.min(frame, beat.length - 1);
  for (let n = Math.max(0, frame - SNAP); n <= Math.min(beat.length - 1, frame + SNAP); n++) {
    if (beat[n]! > beat[top]!) top = n;
  }
  if (beat[top]! < AUDIBLE) return frame / fps;
  return (top + parabolicShift(beat, top)) / fps;
}

function medianTempo(beats: readonly Beat[]): number {
  const periods = beats
    .slice(1)
    .map((beat, i) => beat.time - beats[i]!.time)
    .sort((a, b) => a - b);
  const median = periods[Math.floor(periods.length / 2)];
  return median === undefined ? 120 : 60 / median;
}
