import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";

/** Slots of a beat: sixteenths and triplets both lie on slots. */
const SLOTS = 12;
const CHANNELS: readonly (readonly Piece[])[] = [
  ["kick"],
  ["snare", "rimshot", "clap"],
  ["sideStick"],
  ["hihatClosed", "hihatPedal"],
  ["hihatOpen", "hihatHalfOpen"],
  ["ride", "rideBell"],
  ["crash", "splash", "china"],
  ["tomHigh", "tomMid", "tomLow", "tomFloor"],
];
const CHANNEL_OF = new Map(CHANNELS.flatMap((pieces, channel) => pieces.map((piece) => [piece, channel] as const)));
/** Number of values for a beat. */
export const GRID_WIDTH = SLOTS * CHANNELS.length + 1;
const USUAL_BPM = 110;
/** seconds: the shortest beat */
const SHORTEST = 0.05;

/**
 * The counter's input for a song: for each beat, slot by slot, the velocity of the strongest hit of each channel, 0 for
 * none; then the tempo there, in octaves from 110 beats a minute. `models/training/counter/grid.py` computes the same.
 *
 * @param beats seconds, rising, at least two
 * @param hits in order of time
 * @returns beats × GRID_WIDTH
 */
export function toGrid(beats: readonly number[], hits: readonly Hit[]): Float32Array {
  const grid = new Float32Array(beats.length * GRID_WIDTH);
  const period = (beat: number) => {
    const from = Math.min(beat, beats.length - 2);
    return beats[from + 1]! - beats[from]!;
  };
  let beat = 0;
  for (const { time, piece, velocity } of hits) {
    const channel = CHANNEL_OF.get(piece);
    if (channel === undefined) continue;
    while (beat + 1 < beats.length && beats[beat + 1]! <= time) beat++;
    const slot = beat * SLOTS + Math.floor(((time - beats[beat]!) / period(beat)) * SLOTS + 0.5);
    if (slot < 0 || slot >= beats.length * SLOTS) continue;
    const cell = Math.floor(slot / SLOTS) * GRID_WIDTH + (slot % SLOTS) * CHANNELS.length + channel;
    grid[cell] = Math.max(grid[cell]!, velocity);
  }
  for (let b = 0; b < beats.length; b++) {
    grid[b * GRID_WIDTH + GRID_WIDTH - 1] = Math.log2(60 / Math.max(period(b), SHORTEST) / USUAL_BPM);
  }
  return grid;
}
