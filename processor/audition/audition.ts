import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { Score } from "../score.ts";
import { HIHATS, synthesiseHit } from "./kit.ts";

/** Seconds in which a ringing hi-hat fades out when it is hit again. */
const CHOKE = 0.02;
const PEAK = 0.9;

/**
 * Plays the hits of a score on a synthesised kit, at the times and velocities at which they were played.
 * @param duration of the recording, seconds
 * @returns mono, as long as the recording, -1..1
 */
export function synthesisePerformance(score: Score, duration: number, sampleRate: number): Float32Array {
  const sound = new Float32Array(Math.round(duration * sampleRate));
  const sounds = new Map<Piece, Float32Array>();
  const notes = hitsOf(score);
  const hats = notes.filter(({ piece }) => HIHATS.has(piece));
  for (const note of notes) {
    let hit = sounds.get(note.piece);
    if (!hit) {
      hit = synthesiseHit(note.piece, sampleRate);
      sounds.set(note.piece, hit);
    }
    const end = HIHATS.has(note.piece) ? hats.find(({ time }) => time > note.time)?.time : undefined;
    add(sound, hit, note, end, sampleRate);
  }
  const loudest = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (loudest > 0) for (let i = 0; i < sound.length; i++) sound[i]! *= PEAK / loudest;
  return sound;
}

function hitsOf({ measures }: Score): Hit[] {
  return measures
    .flatMap(({ voices }) =>
      voices.flatMap(({ events }) => events.flatMap(({ graces, notes }) => [...graces, ...notes])),
    )
    .flatMap((note) => [note, ...(note.rolled ?? [])])
    .toSorted((a, b) => a.time - b.time);
}

/** @param end seconds at which the hit is choked */
function add(
  sound: Float32Array,
  hit: Float32Array,
  { time, velocity }: Hit,
  end: number | undefined,
  sampleRate: number,
): void {
  const start = Math.round(time * sampleRate);
  const gain = 0.1 + 0.9 * velocity ** 1.5;
  const ringing = end === undefined ? Number.POSITIVE_INFINITY : Math.round(end * sampleRate) - start;
  const last = Math.min(hit.length, sound.length - start, ringing + CHOKE * sampleRate);
  for (let i = Math.max(0, -start); i < last; i++) {
    const fade = i < ringing ? 1 : 1 - (i - ringing) / (CHOKE * sampleRate);
    sound[start + i]! += gain * fade * hit[i]!;
  }
}
