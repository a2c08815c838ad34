import type { Piece } from "@groovesheet/jobs/performance.ts";

/** How a piece is written and played. Positions after Norman Weinberg, *Guidelines for Drumset Notation*. */
export interface KitEntry {
  readonly name: string;
  /** under its note in the drum key */
  readonly short: string;
  readonly step: "A" | "B" | "C" | "D" | "E" | "F" | "G";
  readonly octave: 4 | 5 | 6;
  readonly notehead: "normal" | "x" | "diamond" | "triangle";
  /** General MIDI percussion key; MusicXML's `midi-unpitched` is one more */
  readonly key: number;
}

const kit: Readonly<Record<Piece, KitEntry>> = {
  kick: { name: "Bass Drum", short: "Kick", step: "F", octave: 4, notehead: "normal", key: 36 },
  snare: { name: "Snare Drum", short: "Snare", step: "C", octave: 5, notehead: "normal", key: 38 },
  rimshot: { name: "Rimshot", short: "Rimshot", step: "C", octave: 5, notehead: "diamond", key: 40 },
  sideStick: { name: "Side Stick", short: "Side stick", step: "C", octave: 5, notehead: "x", key: 37 },
  hihatClosed: { name: "Closed Hi-Hat", short: "Hi-hat", step: "G", octave: 5, notehead: "x", key: 42 },
  hihatHalfOpen: { name: "Half-Open Hi-Hat", short: "half-open", step: "G", octave: 5, notehead: "x", key: 46 },
  hihatOpen: { name: "Open Hi-Hat", short: "open", step: "G", octave: 5, notehead: "x", key: 46 },
  hihatPedal: { name: "Pedal Hi-Hat", short: "Hi-hat foot", step: "D", octave: 4, notehead: "x", key: 44 },
  tomHigh: { name: "High Tom", short: "High tom", step: "E", octave: 5, notehead: "normal", key: 48 },
  tomMid: { name: "Mid Tom", short: "Mid tom", step: "D", octave: 5, notehead: "normal", key: 47 },
  tomLow: { name: "Low Tom", short: "Low tom", step: "D", octave: 5, notehead: "normal", key: 45 },
  tomFloor: { name: "Floor Tom", short: "Floor tom", step: "A", octave: 4, notehead: "normal", key: 43 },
  crash: { name: "Crash Cymbal", short: "Crash", step: "A", octave: 5, notehead: "x", key: 49 },
  ride: { name: "Ride Cymbal", short: "Ride", step: "F", octave: 5, notehead: "x", key: 51 },
  rideBell: { name: "Ride Bell", short: "Ride bell", step: "F", octave: 5, notehead: "diamond", key: 53 },
  splash: { name: "Splash Cymbal", short: "Splash", step: "C", octave: 6, notehead: "x", key: 55 },
  china: { name: "China Cymbal", short: "China", step: "B", octave: 5, notehead: "x", key: 52 },
  cowbell: { name: "Cowbell", short: "Cowbell", step: "E", octave: 5, notehead: "triangle", key: 56 },
  tambourine: { name: "Tambourine", short: "Tambourine", step: "B", octave: 5, notehead: "triangle", key: 54 },
  clap: { name: "Hand Clap", short: "Clap", step: "E", octave: 5, notehead: "x", key: 39 },
};

/**
 * The lines on which the pieces of one song stand. With four toms the low one moves down to a line of its own; otherwise
 * mid and low tom share the line of a three-tom kit's middle tom.
 */
export function layKit(pieces: readonly Piece[]): Readonly<Record<Piece, KitEntry>> {
  if (!pieces.includes("tomMid") || !pieces.includes("tomLow")) return kit;
  return { ...kit, tomLow: { ...kit.tomLow, step: "B", octave: 4 } };
}

/** @returns staff steps above C0: higher is further up on paper */
export function height(entry: KitEntry): number {
  return entry.octave * 7 + "CDEFGAB".indexOf(entry.step);
}
