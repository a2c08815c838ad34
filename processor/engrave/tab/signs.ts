/** The lines of a tab from top to bottom, with the names that tabs on the web use. */
export const LINES = {
  SP: "splash",
  CH: "china",
  CC: "crash",
  RD: "ride",
  HH: "hi-hat",
  TM: "tambourine",
  CB: "cowbell",
  CL: "hand clap",
  T1: "high tom",
  T2: "mid tom",
  T3: "low tom",
  FT: "floor tom",
  SD: "snare",
  BD: "bass drum",
  HF: "hi-hat with the foot",
} as const;
export type Line = keyof typeof LINES;

/** The signs of a tab and what they mean. */
export const SIGNS = {
  x: "hit (SD: side stick)",
  o: "hit (HH: open)",
  h: "half-open",
  b: "bell",
  "@": "rimshot",
  g: "ghost note",
  f: "flam",
  d: "drag",
  r: "roll",
} as const;
export type Sign = keyof typeof SIGNS;
