/**
 * Bar-pointer model (Krebs, Böck, Widmer: An efficient state-space model for joint tempo and meter tracking, ISMIR
 * 2015): a hidden Markov model whose state is a place in a bar of some meter at some tempo, moving one frame on at each
 * step. Tempo may change at beats and meter at bar lines; Viterbi decoding finds the one path that explains beat and
 * downbeat activations best.
 *
 * Between beats the pointer has no choice, so each lane (a beat of a bar at a tempo) is a delay line: what enters it
 * leaves it one beat period later, and only the beats themselves cost time.
 */
import { type BarModel, type BarPointerPriors, BEAT_SHARE, METER_CHANGE, makeBarModel } from "./barModel.ts";
import { downbeatShare, greatestNear, type Observations } from "./observations.ts";

export interface TrackedBeat {
  readonly frame: number;
  /** 1 is the downbeat */
  readonly position: number;
  readonly beatsPerBar: number;
}

/**
 * Frames in which a beat is observed. The paper takes a share of the period; the network marks a beat at any tempo by a
 * peak of the same width, and a share would favour slow tempi.
 */
const OBSERVED = 3;

/** @returns the beats of the most probable path, in order; empty for less than one beat of sound */
export function trackBars(observed: Observations, priors: BarPointerPriors = {}): TrackedBeat[] {
  const model = makeBarModel(observed.fps, priors);
  const { slots, tempi } = model;
  const frames = observed.beat.length;
  const gains = makeGains(observed);
  const history = makeHistory(model, frames);
  const lines = makeDelayLines(model);
  const leaving = new Float64Array(lines.lanes);
  const barEnd = new Float64Array(tempi.length);

  for (let frame = 0; frame < frames; frame++) {
    lines.read(frame, leaving);
    const seen = gains.beat[Math.min(frames, frame + OBSERVED)]! - gains.beat[frame]!;
    for (let slot = 0; slot < slots.length; slot++) {
      const { index, meter } = slots[slot]!;
      if (index === 0) crossBarLine(model, leaving, meter, history, frame, barEnd);
      const arriving = index === 0 ? barEnd : leaving;
      const before = index === 0 ? 0 : (slot - 1) * tempi.length;
      const place = index === 0 ? gains.isDownbeat[frame]! : gains.isOther[frame]!;
      for (let tempo = 0; tempo < tempi.length; tempo++) {
        const { prior, firstSource, sourceCosts } = tempi[tempo]!;
        let best = Number.NEGATIVE_INFINITY;
        let source = 0;
        for (let i = 0; i < sourceCosts.length; i++) {
          const score = arriving[before + firstSource + i]! + sourceCosts[i]!;
          if (score > best) {
            best = score;
            source = i;
          }
        }
        const lane = slot * tempi.length + tempo;
        lines.write(frame, lane, best + prior + place + seen);
        history.tempo[frame * lines.lanes + lane] = firstSource + source;
      }
    }
  }
  return traceBack(model, history, bestEnd(lines, frames));
}

/** All lanes in one array: what enters a lane at a frame is read from it one period later. */
interface DelayLines {
  readonly lanes: number;
  read(frame: number, into: Float64Array): void;
  write(frame: number, lane: number, score: number): void;
  /** frames for which a lane holds what entered it */
  length(lane: number): number;
  /** what entered a lane at a frame */
  at(frame: number, lane: number): number;
}

function makeDelayLines({ slots, tempi }: BarModel): DelayLines {
  const period = Int32Array.from(slots.flatMap(() => tempi.map((tempo) => tempo.period)));
  const start = new Int32Array(period.length);
  for (let lane = 1; lane < start.length; lane++) start[lane] = start[lane - 1]! + period[lane - 1]!;
  const scores = new Float64Array(start.at(-1)! + period.at(-1)!);
  for (let lane = 0; lane < start.length; lane++) {
    scores.fill(tempi[lane % tempi.length]!.prior, start[lane]!, start[lane]! + period[lane]!);
  }
  return {
    lanes: period.length,
    read(frame, into) {
      for (let lane = 0; lane < into.length; lane++) into[lane] = scores[start[lane]! + (frame % period[lane]!)]!;
    },
    write(frame, lane, score) {
      scores[start[lane]! + (frame % period[lane]!)] = score;
    },
    length: (lane) => period[lane]!,
    at: (frame, lane) => scores[start[lane]! + (frame % period[lane]!)]!,
  };
}

/** Where each lane's path came from, by frame. */
interface History {
  /** frames × slots × tempi */
  readonly tempo: Uint8Array;
  /** frames × meters × tempi, by the tempo before: the meter of the bar before a downbeat */
  readonly meter: Uint8Array;
}

function makeHistory({ slots, tempi, meters }: BarModel, frames: number): History {
  return {
    tempo: new Uint8Array(frames * slots.length * tempi.length),
    meter: new Uint8Array(frames * meters.length * tempi.length),
  };
}

/** Writes to `out`, for each tempo, the best score with which a bar of any meter ends and one of `meter` begins. */
function crossBarLine(
  { meters, tempi }: BarModel,
  leaving: Float64Array,
  meter: number,
  history: History,
  frame: number,
  out: Float64Array,
): void {
  const { lastSlot, barCost } = meters[meter]!;
  for (let tempo = 0; tempo < tempi.length; tempo++) {
    let best = leaving[lastSlot * tempi.length + tempo]!;
    let before = meter;
    for (let other = 0; other < meters.length; other++) {
      const score = leaving[meters[other]!.lastSlot * tempi.length + tempo]! + METER_CHANGE;
      if (score > best) {
        best = score;
        before = other;
      }
    }
    out[tempo] = best + barCost;
    history.meter[(frame * meters.length + meter) * tempi.length + tempo] = before;
  }
}

function traceBack({ slots, tempi, meters }: BarModel, history: History, end: Entry): TrackedBeat[] {
  const beats: TrackedBeat[] = [];
  let { lane, frame } = end;
  while (frame >= 0) {
    const slot = Math.floor(lane / tempi.length);
    const { index, meter } = slots[slot]!;
    beats.push({ frame: frame + (OBSERVED - 1) / 2, position: index + 1, beatsPerBar: meters[meter]!.beatsPerBar });
    const tempo = history.tempo[frame * slots.length * tempi.length + lane]!;
    const meterBefore = history.meter[(frame * meters.length + meter) * tempi.length + tempo]!;
    const slotBefore = index > 0 ? slot - 1 : meters[meterBefore]!.lastSlot;
    lane = slotBefore * tempi.length + tempo;
    frame -= tempi[tempo]!.period;
  }
  return beats.reverse();
}

interface Entry {
  readonly lane: number;
  /** at which the lane was entered */
  readonly frame: number;
}

/** How the best path ends: the beat that it was in after the last frame. */
function bestEnd(lines: DelayLines, frames: number): Entry {
  let best = Number.NEGATIVE_INFINITY;
  let end: Entry = { lane: 0, frame: -1 };
  for (let lane = 0; lane < lines.lanes; lane++) {
    for (let frame = Math.max(0, frames - lines.length(lane)); frame < frames; frame++) {
      if (lines.at(frame, lane) > best) {
        best = lines.at(frame, lane);
        end = { lane, frame };
      }
    }
  }
  return end;
}

interface Gains {
  /** cumulative sum over the frames of what a beat earns there against no beat */
  readonly beat: Float64Array;
  /** what a downbeat, or another beat, that begins at a frame earns */
  readonly isDownbeat: Float64Array;
  readonly isOther: Float64Array;
}

function makeGains(observed: Observations): Gains {
  const frames = observed.beat.length;
  const beat = new Float64Array(frames + 1);
  const isDownbeat = new Float64Array(frames);
  const isOther = new Float64Array(frames);
  for (let n = 0; n < frames; n++) {
    const p = Math.min(Math.max(observed.beat[n]!, 1e-3), 0.999);
    beat[n + 1] = beat[n]! + Math.log(p) - Math.log(((1 - p) * BEAT_SHARE) / (1 - BEAT_SHARE));
    const share = downbeatShare(observed, n);
    // where no beat is heard the share is noise
    const weight = Math.min(1, greatestNear(observed.beat, n) * 2);
    isDownbeat[n] = weight * Math.log(share);
    isOther[n] = weight * Math.log(1 - share);
  }
  return { beat, isDownbeat, isOther };
}
