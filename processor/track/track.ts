import { isCompoundMeter, meterParts } from "@groovesheet/jobs/meter.ts";
import type { Beat, Hit } from "@groovesheet/jobs/performance.ts";
import { medianInterval } from "../numeric/median.ts";
import { parabolicShift } from "../numeric/parabola.ts";
import { countBars, type Place } from "./bars.ts";
import { classifyBeatsLocally } from "./counter.ts";
import { dividesInThree } from "./division.ts";
import { type DownbeatEvidence, downbeatEvidence } from "./downbeat-evidence.ts";
import { alignDownbeats } from "./downbeat-phase.ts";
import type { Observations } from "./observations.ts";
import { confirmOddBars, hasOddBarsAlone } from "./odd-bars.ts";
import { AUDIBLE, trackBeats } from "./pulse/beat-pointer.ts";
import { type BeatLine, fitConstantTempo } from "./pulse/constant-tempo.ts";
import { muteFalseBeats } from "./pulse/half-beat-phase.ts";
import {
  type ClassifiedBeats,
  chooseTempoLevel,
  OF_LINE,
  OF_PULSE,
  SAME,
  SAME_OR_BETWEEN,
} from "./pulse/tempo-level.ts";
import { beatsOfSections, tempoSections } from "./pulse/tempo-sections.ts";

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

/**
 * Tracks beats, downbeats, meter and tempo: a pulse from the listener's beat activation, the tempo octave from what is
 * played, and bars from both.
 *
 * In a compound meter (6/8, 9/8, 12/8) the beat is the dotted quarter, so that a bar of 6/8 has two.
 */
export async function track(observed: Observations, hits: readonly Hit[], priors: TrackPriors = {}): Promise<Tracked> {
  const { times, downbeat } = await findBeats(observed, hits, priors.bpm);
  const isCompound = dividesInThree(times, hits);
  const given = priors.meter === undefined ? undefined : countedBeats(priors.meter);
  const local = await classifyBeatsLocally(times, hits);
  const evidence = downbeatEvidence({ times, counter: downbeat, local }, observed, hits);
  const count = (logits: DownbeatEvidence["ofBar"]) =>
    confirmOddBars(countBars(times.length, logits, isCompound, given), logits);
  const byParts = count(evidence.ofPart);
  const places = hasOddBarsAlone(byParts)
    ? byParts
    : alignDownbeats(count(evidence.ofBar), evidence.ofSong, times, hits);
  const beats = times.map((time, i) => ({ time, position: places[i]!.position }));
  const tempo = medianTempo(times);
  return { beats, tempo, meter: priors.meter ?? commonMeter(places, tempo, isCompound) };
}

/** The beats that listeners would tap: on a line where the tempo of the song or of a section is constant, otherwise as the pulse goes. */
async function findBeats(
  observed: Observations,
  hits: readonly Hit[],
  bpm: number | undefined,
): Promise<ClassifiedBeats> {
  const span = musicalSpan(observed, hits);
  const pulse = trackPulse(observed, span, hits, bpm);
  const line = fitConstantTempo(pulse, observed, hits);
  if (line) return chooseTempoLevel(beatsOf(line, span), observed, hits, bpm === undefined ? OF_LINE : SAME_OR_BETWEEN);
  const sections = tempoSections(pulse, observed, hits);
  if (sections) {
    const beats = beatsOfSections(sections, observed);
    return chooseTempoLevel(beats, observed, hits, bpm === undefined ? OF_PULSE : SAME);
  }
  const free = await chooseTempoLevel(pulse, observed, hits, bpm === undefined ? OF_PULSE : SAME);
  const muted = await muteFalseBeats(free, observed, hits);
  if (!muted) return free;
  const again = { ...observed, beat: muted };
  return chooseTempoLevel(trackPulse(again, span, hits, medianTempo(free.times)), again, hits, SAME);
}

function trackPulse(observed: Observations, [from, to]: Span, hits: readonly Hit[], bpm: number | undefined): number[] {
  const pulse = trackBeats(observed.beat, observed.fps, bpm)
    .filter((frame) => frame >= from * observed.fps - SNAP && frame <= to * observed.fps + SNAP)
    .map((frame) => peakTime(observed, frame));
  return extendToFirstHit(pulse, hits[0]?.time);
}

/** The beats of a line within a span; the first one is the last that is not after the beginning of the span. */
function beatsOf({ first, period }: BeatLine, [from, to]: Span): number[] {
  const begin = Math.floor((from - first) / period + ON_BEAT);
  const end = Math.floor((to - first) / period + ON_BEAT);
  return Array.from({ length: end - begin + 1 }, (_, n) => first + (begin + n) * period);
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

/** seconds of its beginning and its end */
type Span = readonly [number, number];

/** From the first to the last time with a beat or a hit. */
function musicalSpan({ beat, fps }: Observations, hits: readonly Hit[]): Span {
  const audible = [...beat.keys()].filter((n) => beat[n]! >= AUDIBLE).map((n) => n / fps);
  const times = [audible[0], audible.at(-1), hits[0]?.time, hits.at(-1)?.time].filter((time) => time !== undefined);
  return times.length === 0 ? [0, -1] : [Math.min(...times), Math.max(...times)];
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
