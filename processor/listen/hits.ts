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

export interface Found {
  /** in order of time */
  readonly hits: readonly Hit[];
  /** in order of time: peaks that are too uncertain to be hits */
  readonly candidates: readonly Hit[];
}

/** Hits that are wrong more than twice as often as right are left out. */
const MIN_CONFIDENCE = 0.3;
/** No pattern of a song makes a hit of a peak that is less probable than this. */
const MIN_CANDIDATE = 0.05;
/**
 * Exponent that makes probabilities of the activations of a group's pieces: of open hi-hats in the development recordings
 * (docs/notation.md) it keeps most.
 */
const SHARPNESS = 2;
/** An alternative less probable than this is not recorded. */
const MIN_ALTERNATIVE = 0.05;

/**
 * Each high peak of a group's activation is a hit of the most active piece of that group, each lower one a candidate. Pieces
 * outside the groups (tambourine, cowbell, clap) have activations of their own.
 */
export function findHits(heard: Activations): Found {
  const { card } = heard;
  const inGroups = new Set<string>(GROUPS.flatMap((group) => card.groups[group]));
  const ungrouped = card.outputs.velocity.filter((piece) => !inGroups.has(piece));
  const found = [
    ...GROUPS.map((group) => detect(heard, group, card.groups[group])),
    ...ungrouped.map((piece) => detect(heard, piece, [piece])),
  ];
  const inOrder = (hits: readonly Hit[]) => hits.toSorted((a, b) => a.time - b.time);
  return {
    hits: inOrder(found.flatMap(({ hits }) => hits)),
    candidates: inOrder(found.flatMap(({ candidates }) => candidates)),
  };
}

function detect(heard: Activations, detector: string, pieces: readonly Piece[]): Found {
  const { card } = heard;
  const threshold = card.thresholds[detector];
  if (threshold === undefined) throw new Error(`the model's card has no threshold for ${detector}`);
  const calibration = card.calibration[detector] ?? { a: 1, b: 0 };
  const hits: Hit[] = [];
  const candidates: Hit[] = [];
  for (const peak of pickPeaks(activationOf(heard, detector), leastActivation(calibration))) {
    const hit = toHit(heard, pieces, peak, calibrated(peak.value, calibration));
    if (peak.value >= threshold && hit.confidence >= MIN_CONFIDENCE) hits.push(hit);
    else candidates.push(hit);
  }
  return { hits, candidates };
}

function toHit(heard: Activations, pieces: readonly Piece[], peak: Peak, confidence: number): Hit {
  const names = heard.card.outputs.activations;
  const activity = pieces.map((piece) =>
    greatestNear(heard.activations, names.length, names.indexOf(piece), peak.frame),
  );
  const piece = pieces[activity.indexOf(Math.max(...activity))]!;
  const alternatives = alternativesOf(pieces, activity);
  return {
    time: Math.max(0, peak.position / heard.card.fps),
    piece,
    velocity: velocityAt(heard, piece, peak),
    confidence,
    ...(alternatives && { alternatives }),
  };
}

/** Probabilities of the pieces of a group, to two decimals; undefined where one piece has nearly all of it. */
function alternativesOf(pieces: readonly Piece[], activity: readonly number[]): Hit["alternatives"] {
  const odds = activity.map((value) => value ** SHARPNESS);
  const sum = odds.reduce((a, b) => a + b, 0);
  const shares = pieces.flatMap((piece, index) => {
    const share = Math.round((100 * odds[index]!) / sum) / 100;
    return share >= MIN_ALTERNATIVE ? [[piece, share] as const] : [];
  });
  return shares.length > 1 ? Object.fromEntries(shares) : undefined;
}

/** @throws Error where the model has no such output */
export function activationOf(heard: Activations, name: string): Float32Array {
  const names = heard.card.outputs.activations;
  const index = names.indexOf(name);
  if (index < 0) throw new Error(`the model has no output ${name}`);
  return column(heard.activations, names.length, index);
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

type Calibration = ListenerCard["calibration"][string];

function calibrated(activation: number, { a, b }: Calibration): number {
  const p = Math.min(Math.max(activation, 1e-6), 1 - 1e-6);
  return logistic(a * Math.log(p / (1 - p)) + b);
}

/** @returns the activation of a candidate that is just probable enough */
function leastActivation({ a, b }: Calibration): number {
  return logistic((Math.log(MIN_CANDIDATE / (1 - MIN_CANDIDATE)) - b) / a);
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
