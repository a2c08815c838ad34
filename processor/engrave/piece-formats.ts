import type { Piece } from "@groovesheet/jobs/pieces.ts";
import type { Pad } from "./chart/pads.ts";
import type { Line, Sign } from "./tab/signs.ts";

/** How the formats without a staff write a piece. */
interface PieceFormats {
  /**
   * Guitar Pro's name: an element of its drum kit and the number of a way to play it. The numbers are General MIDI keys but
   * for those above 90, which stand for sounds that General MIDI lacks.
   *
   * Source: the drum kit of Guitar Pro 7, as in alphaTab's `PercussionMapper`.
   */
  readonly guitarPro: readonly [element: string, number: number];
  /** line of a tab, and the sign of a hit on it */
  readonly tab: readonly [line: Line, hit: Sign];
  /** pad of a rhythm game's drum kit; the pedal of the hi-hat has none */
  readonly pad: Pad | undefined;
}

export const PIECE_FORMATS: Readonly<Record<Piece, PieceFormats>> = {
  kick: { guitarPro: ["Kick Drum", 36], tab: ["BD", "o"], pad: "kick" },
  snare: { guitarPro: ["Snare", 38], tab: ["SD", "o"], pad: "red" },
  rimshot: { guitarPro: ["Snare", 91], tab: ["SD", "@"], pad: "red" },
  sideStick: { guitarPro: ["Snare", 37], tab: ["SD", "x"], pad: "red" },
  hihatClosed: { guitarPro: ["Charley", 42], tab: ["HH", "x"], pad: "yellowCymbal" },
  hihatHalfOpen: { guitarPro: ["Charley", 92], tab: ["HH", "h"], pad: "yellowCymbal" },
  hihatOpen: { guitarPro: ["Charley", 46], tab: ["HH", "o"], pad: "yellowCymbal" },
  hihatPedal: { guitarPro: ["Charley", 44], tab: ["HF", "x"], pad: undefined },
  tomHigh: { guitarPro: ["Tom High", 48], tab: ["T1", "o"], pad: "yellowTom" },
  tomMid: { guitarPro: ["Tom Medium", 47], tab: ["T2", "o"], pad: "blueTom" },
  tomLow: { guitarPro: ["Tom Low", 45], tab: ["T3", "o"], pad: "blueTom" },
  tomFloor: { guitarPro: ["Tom Very Low", 43], tab: ["FT", "o"], pad: "greenTom" },
  crash: { guitarPro: ["Crash High", 49], tab: ["CC", "x"], pad: "greenCymbal" },
  ride: { guitarPro: ["Ride", 51], tab: ["RD", "x"], pad: "blueCymbal" },
  rideBell: { guitarPro: ["Ride", 53], tab: ["RD", "b"], pad: "blueCymbal" },
  splash: { guitarPro: ["Splash", 55], tab: ["SP", "x"], pad: "greenCymbal" },
  china: { guitarPro: ["China", 52], tab: ["CH", "x"], pad: "greenCymbal" },
  cowbell: { guitarPro: ["Cowbell Medium", 56], tab: ["CB", "x"], pad: "blueCymbal" },
  tambourine: { guitarPro: ["Tambourine", 54], tab: ["TM", "x"], pad: "yellowCymbal" },
  clap: { guitarPro: ["Hand Clap", 39], tab: ["CL", "x"], pad: "red" },
};
