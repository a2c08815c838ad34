import type { Piece } from "@groovesheet/jobs/performance.ts";

export const CLASSES = ["KD", "SD", "TT", "HH", "CY"] as const;

/** The five classes of the ADTOF papers; cowbell and tambourine belong to none. */
export const CLASS_OF: Partial<Record<Piece, (typeof CLASSES)[number]>> = {
  kick: "KD",
  snare: "SD",
  rimshot: "SD",
  sideStick: "SD",
  clap: "SD",
  tomHigh: "TT",
  tomMid: "TT",
  tomLow: "TT",
  tomFloor: "TT",
  hihatClosed: "HH",
  hihatHalfOpen: "HH",
  hihatOpen: "HH",
  hihatPedal: "HH",
  crash: "CY",
  ride: "CY",
  rideBell: "CY",
  splash: "CY",
  china: "CY",
};
