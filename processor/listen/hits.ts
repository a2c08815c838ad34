import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { GROUPS, type ListenerCard } from "../../models/registry.ts";
import { column, type Peak, pickPeaks } from "./peaks.ts";

/** The output of the network, frame by frame. */
export interface Activations {
  readonly card: ListenerCard;
  readonly frames: number;
  /** frames × card.outputs.activations, 0..1 */
  readonly activations: Float32Array;
  /** frames × card.outputs.velocity, 0..1 */
  readonly velocity: Float32Array;
}

/** Hits that are wrong more than twice as often as right are left out. */
const MIN_CONFIDENCE = 0.3;

/**
 * Each peak of a group's activation is a hit of the most active piece of that group. Pieces outside the groups
 * (tambourine, cowbell, clap) have activations of their own.
 *
 * @returns in order of time
 */
export function findHits(heard: Activations): Hit[] {
  const { card } = heard;
  const grouped = GROUPS.flatMap((group) => hitsOf(heard, group, card.groups[group]));
  const inGroups = new Set<string>(GROUPS.flatMap((group) => card.groups[group]));
  const ungrouped = card.outputs.velocity.filter((piece) => !inGroups.has(piece));
  return [...grouped, ...ungrouped.flatMap((piece) => hitsOf(heard, piece, [piece]))].sort((a, b) => a.time - b.time);
}

function hitsOf(heard: Activations, detector: string, pieces: readonly Piece[]): Hit[] {
  const { card } = heard;
  const activation = activationOf(heard, detector);
  const threshold = card.thresholds[detector];
  if (threshold === undefined) throw new Error(`the model's card has no threshold for ${detector}`);
  const found = pickPeaks(activation, threshold).map((peak) => {
    const piece = pieces.length === 1 ? pieces[0]! : mostActive(heard, pieces, peak);
    return {
      time: Math.max(0, peak.position / card.fps),
      piece,
      velocity: velocityAt(heard, piece, peak),
      confidence: calibrated(peak.value, card.calibration[detector] ?? { a: 1, b: 0 }),
    };
  });
  return found.filter((hit) => hit.confidence >= MIN_CONFIDENCE);
}

/** @throws Error where the model has no such output */
export function activationOf(heard: Activations, name: string): Float32Array {
  const names = heard.card.outputs.activations;
  const index = names.indexOf(name);
  if (index < 0) throw new Error(`the model has no output ${name}`);
  return column(heard.activations, names.length, index);
}

function mostActive(heard: Activations, pieces: readonly Piece[], peak: Peak): Piece {
  const names = heard.card.outputs.activations;
  const scores = pieces.map((piece) => greatestNear(heard.activations, names.length, names.indexOf(piece), peak.frame));
  return pieces[scores.indexOf(Math.max(...scores))]!;
}

function velocityAt(heard: Activations, piece: Piece, peak: Peak): number {
  const names = heard.card.outputs.velocity;
  const value = heard.velocity[peak.frame * names.length + names.indexOf(piece)] ?? 0;
  return Math.max(0, Math.min(1, value));
}

function greatestNear(table: Float32Array, columns: number, index: number, frame: number): number {
  let greatest = 0;
  for (let f = frame - 1; f <= frame + 1; f++) greatest = Math.max(greatest, table[f * columns + index] ?? 0);
  return greatest;
}

function calibrated(activation: number, { a, b }: { a: number; b: number }): number {
  const p = Math.min(Math.max(activation, 1e-6), 1 - 1e-6);
  return 1 / (1 + Math.exp(-(a * Math.log(p / (1 - p)) + b)));
}
