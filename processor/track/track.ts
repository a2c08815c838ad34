import { isCompoundMeter, meterParts } from "@groovesheet/jobs/meter.ts";
import type { Beat, Hit } from "@groovesheet/jobs/performance.ts";
import { medianInterval } from "../median.ts";
import { parabolicShift } from "../parabola.ts";
import { countBars, type Place } from "./bars.ts";
import { AUDIBLE, trackBeats } from "./beat-pointer.ts";
import { dividesInThree } from "./division.ts";
import { alignDownbeats } from "./downbeat-phase.ts";
import { muteFalseBeats } from "./half-beat-phase.ts";
import { downbeatProbability, greatestNear, type Observations } from "./observations.ts";
import { type ClassifiedBeats, chooseTempoOctave } from "./tempo-octave.ts";

export interface TrackPriors {
  /** beats per minute, where the user gave it */
  readonly bpm?: number | undefined;
  /** as "6/8", where the user gave it */
  readonly meter?: string | undefined;
}

export interface Tracked {
  readonly beats: readonly Beat[];
  /** beats per minute: the median over the song */
  readonly tempo: number;
  /** the most frequent one of the song */
  readonly meter: string;
}

/** frames by which a beat may move to the peak of the activation */
const SNAP = 3;
/** number of beats that define the initial tempo of a recording */
const BEGINNING = 8;
/** beats by which the first hit may precede its beat */
const ON_BEAT = 0.2;
/** Bars of five or seven with a tempo above this, in beats a minute, are written in eighths. */
const EIGHTHS: ReadonlyMap<number, number> = new Map([
  [5, 210],
  [7, 140],
]);

/** Scale of the downbeat logits: both the counter and the listener are overconfident. */
const TRUST = 0.5;

/**
 * Tracks beats, downbeats, meter and tempo: a pulse from the listener's beat activation, the tempo octave from what is
 * played, and bars from both.
 *
 * In a compound meter (6/8, 9/8, 12/8) the beat is the dotted quarter, so that a bar of 6/8 has two.
 */
export async function track(observed: Observations, hits: readonly Hit[], priors: TrackPriors = {}): Promise<Tracked> {
  const first = await trackPulse(observed, hits, priors.bpm);
  const muted = await muteFalseBeats(first, observed, hits);
  const { times, downbeat } = muted
    ? await trackPulse({ ...observed, beat: muted }, hits, medianTempo(first.times))
    : first;
  const logits = downbeat.map((logit, i) => TRUST * (logit + listenerLogit(observed, times[i]!)));
  const isCompound = dividesInThree(times, hits);
  const given = priors.meter === undefined ? undefined : countedBeats(priors.meter);
  const places = alignDownbeats(countBars(logits, isCompound, given), logits, times, hits);
  const beats = times.map((time, i) => ({ time, position: places[i]!.position }));
  const tempo = medianTempo(times);
  return { beats, tempo, meter: priors.meter ?? commonMeter(places, tempo, isCompound) };
}

async function trackPulse(
  observed: Observations,
  hits: readonly Hit[],
  bpm: number | undefined,
): Promise<ClassifiedBeats> {
  const [from, to] = musicalSpan(observed, hits);
  const pulse = trackBeats(observed.beat, observed.fps, bpm)
    .filter((frame) => frame >= from - SNAP && frame <= to + SNAP)
    .map((frame) => peakTime(observed, frame));
  return chooseTempoOctave(extendToFirstHit(pulse, hits[0]?.time), observed, hits, bpm !== undefined);
}

/**
 * Extends the pulse, at its initial tempo, back to the first hit: the network rarely detects the first beats of a recording.
 */
function extendToFirstHit(pulse: readonly number[], firstHit = Number.POSITIVE_INFINITY): number[] {
  const beats = [...pulse];
  const interval = medianInterval(beats.slice(0, BEGINNING));
  while (interval > 0 && beats[0]! - firstHit > ON_BEAT * interval) beats.unshift(beats[0]! - interval);
  return beats;
}

/** Logit of the listener's downbeat probability, nearer to 0 where it hears hardly a beat. */
function listenerLogit(observed: Observations, time: number): number {
  const frame = Math.round(time * observed.fps);
  const share = downbeatProbability(observed, frame);
  return Math.min(1, 2 * greatestNear(observed.beat, frame)) * Math.log(share / (1 - share));
}

/** Beats in a bar: 2 in 6/8, 4 in 12/8, otherwise the upper number. */
function countedBeats(meter: string): number {
  const parts = meterParts(meter);
  return isCompoundMeter(parts) ? parts.beats / 3 : parts.beats;
}

function commonMeter(places: readonly Place[], tempo: number, isCompound: boolean): string {
  const counts = new Map<number, number>();
  for (const { beatsPerBar } of places) counts.set(beatsPerBar, (counts.get(beatsPerBar) ?? 0) + 1);
  const beatsPerBar = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 4;
  if (isCompound) return `${beatsPerBar * 3}/8`;
  return tempo > (EIGHTHS.get(beatsPerBar) ?? Number.POSITIVE_INFINITY) ? `${beatsPerBar}/8` : `${beatsPerBar}/4`;
}

/** The first and the last frame with a beat or a hit. */
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

/** Seconds of the activation's peak near a frame, interpolated by a parabola. */
function peakTime({ beat, fps }: Observations, frame: number): number {
  let top = Math.min(frame, beat.length - 1);
  for (let n = Math.max(0, frame - SNAP); n <= Math.min(beat.length - 1, frame + SNAP); n++) {
    if (beat[n]! > beat[top]!) top = n;
  }
  if (beat[top]! < AUDIBLE) return frame / fps;
  return (top + parabolicShift(beat, top)) / fps;
}

function medianTempo(times: readonly number[]): number {
  return times.length < 2 ? 120 : 60 / medianInterval(times);
}
