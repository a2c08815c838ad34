import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { Score } from "../score.ts";
import { hihats, strokeOf } from "./kit.ts";

/** Seconds in which an open hi-hat falls silent when it is closed. */
const choke = 0.02;
const peak = 0.9;

/**
 * Plays what a score says on our own kit: each stroke that is written, when and as loud as it was struck.
 * @param duration of the recording, seconds
 * @returns mono, as long as the recording, -1..1
 */
export function play(score: Score, duration: number, sampleRate: number): Float32Array {
  const sound = new Float32Array(Math.round(duration * sampleRate));
  const strokes = new Map<Piece, Float32Array>();
  const notes = strokesOf(score);
  const hats = notes.filter(({ piece }) => hihats.has(piece));
  for (const note of notes) {
    let stroke = strokes.get(note.piece);
    if (!stroke) {
      stroke = strokeOf(note.piece, sampleRate);
      strokes.set(note.piece, stroke);
    }
    const end = hihats.has(note.piece) ? hats.find(({ time }) => time > note.time)?.time : undefined;
    add(sound, stroke, note, end, sampleRate);
  }
  const loudest = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (loudest > 0) for (let i = 0; i < sound.length; i++) sound[i]! *= peak / loudest;
  return sound;
}

function strokesOf({ measures }: Score): Hit[] {
  return measures
    .flatMap(({ voices }) =>
      voices.flatMap(({ events }) => events.flatMap(({ graces, notes }) => [...graces, ...notes])),
    )
    .flatMap((note) => [note, ...(note.rolled ?? [])])
    .toSorted((a, b) => a.time - b.time);
}

/** @param end seconds at which it is choked */
function add(
  sound: Float32Array,
  stroke: Float32Array,
  { time, velocity }: Hit,
  end: number | undefined,
  sampleRate: number,
): void {
  const start = Math.round(time * sampleRate);
  const gain = 0.1 + 0.9 * velocity ** 1.5;
  const ringing = end === undefined ? Number.POSITIVE_INFINITY : Math.round(end * sampleRate) - start;
  const last = Math.min(stroke.length, sound.length - start, ringing + choke * sampleRate);
  for (let i = Math.max(0, -start); i < last; i++) {
    const fade = i < ringing ? 1 : 1 - (i - ringing) / (choke * sampleRate);
    sound[start + i]! += gain * fade * stroke[i]!;
  }
}
