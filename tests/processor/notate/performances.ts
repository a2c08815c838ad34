import { type NotateOptions, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { Beat, DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";

/** Pieces by letter, for patterns that read like a drum tab. */
const letters: Readonly<Record<string, Piece>> = {
  k: "kick",
  s: "snare",
  g: "snare",
  r: "rimshot",
  q: "sideStick",
  h: "hihatClosed",
  e: "hihatHalfOpen",
  o: "hihatOpen",
  p: "hihatPedal",
  "1": "tomHigh",
  "2": "tomMid",
  "3": "tomLow",
  "4": "tomFloor",
  c: "crash",
  d: "ride",
  b: "rideBell",
  l: "splash",
  n: "china",
  w: "cowbell",
  t: "tambourine",
  a: "clap",
};

export interface Song {
  readonly meter?: string;
  /** beats per minute, of the beats that the meter's lower number names or of dotted ones */
  readonly bpm?: number;
  readonly dotted?: boolean;
  /** one string a bar; a beat is a word, a word's slots divide it evenly, a slot is `.`, a letter or `[letters]` */
  readonly bars: readonly string[];
  /** seconds before the first beat */
  readonly start?: number;
  /** position of the first beat, where the song begins with a pickup */
  readonly firstPosition?: number;
  /** place of the second of two or four slots in a beat */
  readonly swing?: number;
}

const soft = 0.2;
const usual = 0.7;

/** @returns a performance in exact time of what is written in the song */
export function perform(song: Song): DrumPerformance {
  const { meter = "4/4", bpm = 100, bars, start = 0.5, firstPosition = 1, swing = 0.5 } = song;
  const count = Number(meter.split("/")[0]) / (song.dotted ? 3 : 1);
  const beat = 60 / bpm;
  const hits: Hit[] = [];
  const beats: Beat[] = [];
  let time = start;
  let position = firstPosition;
  for (const word of bars.flatMap((bar) => bar.trim().split(/\s+/))) {
    beats.push({ time, position });
    const slots = word.match(/\[[^\]]*\]|./g)!;
    for (const [index, slot] of slots.entries()) {
      const phase = index / slots.length;
      const late = phase < 0.5 ? 2 * phase * swing : swing + (2 * phase - 1) * (1 - swing);
      const at = time + beat * (slots.length % 3 === 0 ? phase : late);
      for (const letter of slot.replace(/[[\].]/g, "")) {
        hits.push({ time: at, piece: letters[letter]!, velocity: letter === "g" ? soft : usual, confidence: 0.9 });
      }
    }
    time += beat;
    position = (position % count) + 1;
  }
  return toPerformance(hits, beats, bpm, meter);
}

/** @returns a performance with the fields that notation does not look at filled in */
export function toPerformance(
  hits: readonly Hit[],
  beats: readonly Beat[],
  tempo: number,
  meter: string,
): DrumPerformance {
  const duration = Math.max(1, ...hits.map((hit) => hit.time + 1), ...beats.map((beat) => beat.time));
  return {
    version: 1,
    title: "Test Song",
    artist: "The Testers",
    duration,
    hits: hits.toSorted((a, b) => a.time - b.time),
    beats: [...beats],
    tempo,
    meter,
    separated: false,
    model: "test",
    notices: [],
  };
}

/** @returns the default options with some of them changed */
export function withOptions(changes: Partial<NotateOptions> = {}): NotateOptions {
  return notateOptionsSchema.parse(changes);
}
