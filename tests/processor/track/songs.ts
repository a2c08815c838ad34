import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";

export const FPS = 100;

export interface Song {
  readonly beats: readonly { readonly time: number; readonly position: number }[];
  readonly seconds: number;
}

/** @param meters beats of each bar */
export function song(meters: readonly number[], bpm: (second: number) => number, start = 0.5): Song {
  const beats = [];
  let time = start;
  for (const meter of meters) {
    for (let position = 1; position <= meter; position++) {
      beats.push({ time, position });
      time += 60 / bpm(time);
    }
  }
  return { beats, seconds: time };
}

export const bars = (count: number, meter: number) => Array<number>(count).fill(meter);

export interface Hearing {
  /** height of the activation at a beat, 0..1 */
  readonly strength?: number;
  /** share of missing and of false beats */
  readonly noise?: number;
  /** parts of a beat at which there is an equally strong activation */
  readonly between?: readonly number[];
  /** whether the downbeat activation is higher on downbeats */
  readonly hearsBars?: boolean;
}

/** Synthetic listener output: triangles of ± 3 frames at the beats, some missing or false according to `noise`. */
export function activations({ beats, seconds }: Song, hearing: Hearing = {}) {
  const { strength = 0.8, noise = 0, between = [], hearsBars = true } = hearing;
  const beat = new Float32Array(Math.ceil(seconds * FPS));
  const downbeat = new Float32Array(beat.length);
  const draw = random();
  const mark = (into: Float32Array, time: number, height: number) => {
    for (let n = Math.max(0, Math.ceil(time * FPS - 3)); n < Math.min(into.length, time * FPS + 3); n++) {
      into[n] = Math.max(into[n]!, height * (1 - Math.abs(time * FPS - n) / 3));
    }
  };
  for (const [i, { time, position }] of beats.entries()) {
    if (draw() < noise) continue;
    mark(beat, time, strength);
    mark(downbeat, time, !hearsBars ? 0.3 : position === 1 ? Math.min(0.95, 1.06 * strength) : 0.1);
    for (const part of between) mark(beat, time + part * ((beats[i + 1]?.time ?? seconds) - time), strength);
  }
  for (let i = 0; i < noise * beats.length; i++) mark(beat, draw() * seconds, 0.5);
  return { fps: FPS, beat, downbeat };
}

function random(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Of each piece one bar: a letter or a dot for each part of a beat, beats apart by blanks; `x` loud, `g` a ghost note. */
export type Pattern = Partial<Record<Piece, string>>;

const LOUDNESS: Readonly<Record<string, number>> = { x: 0.8, g: 0.25 };

/** Plays a pattern in all bars of a song. */
export function drums({ beats, seconds }: Song, pattern: Pattern): Hit[] {
  const hits: Hit[] = [];
  for (const [piece, bar] of Object.entries(pattern)) {
    const words = bar.split(" ");
    for (const [i, { time, position }] of beats.entries()) {
      const word = words[(position - 1) % words.length]!;
      const period = (beats[i + 1]?.time ?? seconds) - time;
      for (const [part, letter] of [...word].entries()) {
        const velocity = LOUDNESS[letter];
        const at = time + (part / word.length) * period;
        if (velocity) hits.push({ time: at, piece: piece as Piece, velocity, confidence: 0.9 });
      }
    }
  }
  return hits.sort((a, b) => a.time - b.time);
}

/** Share of the song's beats that were found within 40 ms at the right place in the bar. */
export function found(expected: Song["beats"], got: Song["beats"]): number {
  const hit = ({ time, position }: Song["beats"][number]) =>
    got.some((beat) => Math.abs(beat.time - time) < 0.04 && beat.position === position);
  return expected.filter(hit).length / expected.length;
}
