import { type Piece, piecesOf } from "@groovesheet/jobs/pieces.ts";
import { type Layer, synthesise } from "./synthesis.ts";

/**
 * The drum kit of the audition: synthesised from sine sweeps, noise and detuned square waves, so that no samples by others
 * have to be shipped. The numbers were set by ear.
 */
const drum = (from: number, to: number, decay: number): Layer[] => [
  { kind: "tone", from, to, sweep: 0.05, decay, gain: 0.9 },
  { kind: "noise", above: 900, decay: 0.012, gain: 0.25 },
];
const hat = (decay: number, gain: number): Layer[] => [
  { kind: "metal", from: 1.6, above: 7000, decay, gain: 0.5 * gain },
  { kind: "noise", above: 8000, decay: 0.7 * decay, gain: 0.35 * gain },
];
const cymbal = (pitch: number, above: number, decay: number, gain: number): Layer[] => [
  { kind: "metal", from: pitch, above, decay, gain: 0.4 * gain },
  { kind: "noise", above, decay: 0.8 * decay, gain: 0.5 * gain },
];

const LAYERS: Readonly<Record<Piece, readonly Layer[]>> = {
  kick: [
    { kind: "tone", from: 160, to: 50, sweep: 0.03, decay: 0.14, gain: 1.1 },
    { kind: "noise", above: 1500, decay: 0.004, gain: 0.35 },
  ],
  snare: [
    { kind: "tone", from: 240, to: 185, sweep: 0.02, decay: 0.08, gain: 0.6 },
    { kind: "tone", from: 340, to: 330, sweep: 0.02, decay: 0.05, gain: 0.3 },
    { kind: "noise", above: 1800, decay: 0.11, gain: 0.7 },
  ],
  rimshot: [
    { kind: "tone", from: 520, to: 470, sweep: 0.01, decay: 0.05, gain: 0.6 },
    { kind: "tone", from: 1250, to: 1200, sweep: 0.01, decay: 0.02, gain: 0.5 },
    { kind: "noise", above: 1800, decay: 0.1, gain: 0.7 },
  ],
  sideStick: [
    { kind: "tone", from: 1750, to: 1650, sweep: 0.01, decay: 0.018, gain: 0.7 },
    { kind: "tone", from: 820, to: 800, sweep: 0.01, decay: 0.025, gain: 0.4 },
    { kind: "noise", above: 2500, decay: 0.006, gain: 0.4 },
  ],
  hihatClosed: hat(0.035, 1.6),
  hihatHalfOpen: hat(0.12, 1.4),
  hihatOpen: hat(0.35, 1.3),
  hihatPedal: hat(0.025, 1.2),
  tomHigh: drum(290, 200, 0.17),
  tomMid: drum(220, 150, 0.2),
  tomLow: drum(185, 125, 0.22),
  tomFloor: drum(135, 85, 0.28),
  crash: cymbal(1.1, 3500, 0.7, 0.9),
  ride: [...cymbal(1.3, 5000, 0.5, 0.4), { kind: "tone", from: 3300, to: 3200, sweep: 0.01, decay: 0.05, gain: 0.2 }],
  rideBell: [
    ...cymbal(1.3, 5000, 0.4, 0.25),
    { kind: "tone", from: 1580, to: 1570, sweep: 0.01, decay: 0.35, gain: 0.25 },
    { kind: "tone", from: 2630, to: 2620, sweep: 0.01, decay: 0.25, gain: 0.2 },
  ],
  splash: cymbal(1.6, 4500, 0.22, 0.8),
  china: cymbal(0.8, 2200, 0.4, 0.9),
  cowbell: [{ kind: "metal", from: 0.95, above: 500, decay: 0.1, gain: 0.5 }],
  tambourine: [{ kind: "noise", above: 7500, decay: 0.05, gain: 0.7, bursts: 2 }],
  clap: [{ kind: "noise", above: 1000, decay: 0.05, gain: 0.7, bursts: 3 }],
};

/** Each hit of one of these ends the ringing of the one before. */
export const HIHATS = piecesOf("hihat");

/** @returns one hit at full loudness, mono, the same every time */
export function synthesiseHit(piece: Piece, sampleRate: number): Float32Array {
  return synthesise(LAYERS[piece], sampleRate);
}
