/** The five classes in which the field scores drum transcription (ADTOF: Zehren, Alunno, Bientinesi 2021). */
export const CLASSES = ["KD", "SD", "TT", "HH", "CY"] as const;
export type DrumClass = (typeof CLASSES)[number];

/** How a piece is written. Positions after Norman Weinberg, *Guidelines for Drumset Notation*. */
export interface WrittenPiece {
  readonly name: string;
  /** under its note in the drum key */
  readonly short: string;
  /** position on the staff, read as in the treble clef */
  readonly step: "A" | "B" | "C" | "D" | "E" | "F" | "G";
  readonly octave: 4 | 5 | 6;
  readonly notehead: "normal" | "x" | "diamond" | "triangle";
  /** General MIDI percussion key; MusicXML's `midi-unpitched` is one more */
  readonly key: number;
}

/** How a piece is played. */
export interface PlayedPiece {
  readonly limb: "hand" | "foot";
  /** what is struck: of the pieces of one surface only one sounds at a time */
  readonly surface: string;
  readonly family: "kick" | "snare" | "hihat" | "tom" | "ride" | "crash" | "percussion";
  /** class in evaluations; cowbell and tambourine belong to none */
  readonly class?: DrumClass;
  /** pieces with the same part play the same role in a bar's pattern; the weight says how much they define it */
  readonly pattern: readonly [part: string, weight: number];
  /** probability that a song has it, set by hand; a few uncertain hits do not bring in a rare piece */
  readonly prior: number;
}

/**
 * The kit: everything that depends on a piece alone. A list of pieces anywhere in the project is derived from this table.
 */
export const KIT = {
  kick: {
    written: { name: "Bass Drum", short: "Kick", step: "F", octave: 4, notehead: "normal", key: 36 },
    played: { limb: "foot", surface: "kick", family: "kick", class: "KD", pattern: ["kick", 1], prior: 0.99 },
  },
  snare: {
    written: { name: "Snare Drum", short: "Snare", step: "C", octave: 5, notehead: "normal", key: 38 },
    played: { limb: "hand", surface: "snare", family: "snare", class: "SD", pattern: ["snare", 1.5], prior: 0.99 },
  },
  rimshot: {
    written: { name: "Rimshot", short: "Rimshot", step: "C", octave: 5, notehead: "diamond", key: 40 },
    played: { limb: "hand", surface: "snare", family: "snare", class: "SD", pattern: ["snare", 1.5], prior: 0.3 },
  },
  sideStick: {
    written: { name: "Side Stick", short: "Side stick", step: "C", octave: 5, notehead: "x", key: 37 },
    played: { limb: "hand", surface: "snare", family: "percussion", class: "SD", pattern: ["stick", 1.5], prior: 0.3 },
  },
  hihatClosed: {
    written: { name: "Closed Hi-Hat", short: "Hi-hat", step: "G", octave: 5, notehead: "x", key: 42 },
    played: { limb: "hand", surface: "hihat", family: "hihat", class: "HH", pattern: ["hat", 0.8], prior: 0.97 },
  },
  hihatHalfOpen: {
    written: { name: "Half-Open Hi-Hat", short: "half-open", step: "G", octave: 5, notehead: "x", key: 46 },
    played: { limb: "hand", surface: "hihat", family: "hihat", class: "HH", pattern: ["open", 0.8], prior: 0.3 },
  },
  hihatOpen: {
    written: { name: "Open Hi-Hat", short: "open", step: "G", octave: 5, notehead: "x", key: 46 },
    played: { limb: "hand", surface: "hihat", family: "hihat", class: "HH", pattern: ["open", 0.8], prior: 0.7 },
  },
  hihatPedal: {
    written: { name: "Pedal Hi-Hat", short: "Hi-hat foot", step: "D", octave: 4, notehead: "x", key: 44 },
    played: { limb: "foot", surface: "hihatPedal", family: "hihat", class: "HH", pattern: ["foot", 0.3], prior: 0.4 },
  },
  tomHigh: {
    written: { name: "High Tom", short: "High tom", step: "E", octave: 5, notehead: "normal", key: 48 },
    played: { limb: "hand", surface: "tomHigh", family: "tom", class: "TT", pattern: ["tom", 1], prior: 0.8 },
  },
  tomMid: {
    written: { name: "Mid Tom", short: "Mid tom", step: "D", octave: 5, notehead: "normal", key: 47 },
    played: { limb: "hand", surface: "tomMid", family: "tom", class: "TT", pattern: ["tom", 1], prior: 0.8 },
  },
  tomLow: {
    written: { name: "Low Tom", short: "Low tom", step: "D", octave: 5, notehead: "normal", key: 45 },
    played: { limb: "hand", surface: "tomLow", family: "tom", class: "TT", pattern: ["tom", 1], prior: 0.8 },
  },
  tomFloor: {
    written: { name: "Floor Tom", short: "Floor tom", step: "A", octave: 4, notehead: "normal", key: 43 },
    played: { limb: "hand", surface: "tomFloor", family: "tom", class: "TT", pattern: ["tom", 1], prior: 0.8 },
  },
  crash: {
    written: { name: "Crash Cymbal", short: "Crash", step: "A", octave: 5, notehead: "x", key: 49 },
    played: { limb: "hand", surface: "crash", family: "crash", class: "CY", pattern: ["crash", 0.2], prior: 0.9 },
  },
  ride: {
    written: { name: "Ride Cymbal", short: "Ride", step: "F", octave: 5, notehead: "x", key: 51 },
    played: { limb: "hand", surface: "ride", family: "ride", class: "CY", pattern: ["ride", 0.8], prior: 0.8 },
  },
  rideBell: {
    written: { name: "Ride Bell", short: "Ride bell", step: "F", octave: 5, notehead: "diamond", key: 53 },
    played: { limb: "hand", surface: "ride", family: "ride", class: "CY", pattern: ["ride", 0.8], prior: 0.2 },
  },
  splash: {
    written: { name: "Splash Cymbal", short: "Splash", step: "C", octave: 6, notehead: "x", key: 55 },
    played: { limb: "hand", surface: "splash", family: "crash", class: "CY", pattern: ["crash", 0.2], prior: 0.2 },
  },
  china: {
    written: { name: "China Cymbal", short: "China", step: "B", octave: 5, notehead: "x", key: 52 },
    played: { limb: "hand", surface: "china", family: "crash", class: "CY", pattern: ["crash", 0.2], prior: 0.2 },
  },
  cowbell: {
    written: { name: "Cowbell", short: "Cowbell", step: "E", octave: 5, notehead: "triangle", key: 56 },
    played: { limb: "hand", surface: "cowbell", family: "percussion", pattern: ["bell", 0.8], prior: 0.15 },
  },
  tambourine: {
    written: { name: "Tambourine", short: "Tambourine", step: "B", octave: 5, notehead: "triangle", key: 54 },
    played: { limb: "hand", surface: "tambourine", family: "percussion", pattern: ["shake", 0.4], prior: 0.15 },
  },
  clap: {
    written: { name: "Hand Clap", short: "Clap", step: "E", octave: 5, notehead: "x", key: 39 },
    played: { limb: "hand", surface: "clap", family: "percussion", class: "SD", pattern: ["clap", 0.8], prior: 0.15 },
  },
} as const satisfies Record<string, { readonly written: WrittenPiece; readonly played: PlayedPiece }>;

export type Piece = keyof typeof KIT;

/** The pieces of a drum kit, spelled as in all data of the project. */
export const PIECES = Object.keys(KIT) as [Piece, ...Piece[]];

/** @returns the pieces that fulfil a condition on how they are played */
export function piecesWhere(condition: (played: PlayedPiece) => boolean): ReadonlySet<Piece> {
  return new Set(PIECES.filter((piece) => condition(KIT[piece].played)));
}

/** @returns the pieces of the given families, such as all hi-hats */
export function piecesOf(...families: readonly PlayedPiece["family"][]): ReadonlySet<Piece> {
  return piecesWhere(({ family }) => families.includes(family));
}

/** @returns the class in which a piece is scored, undefined for pieces outside the five */
export function classOf(piece: Piece): DrumClass | undefined {
  const played: PlayedPiece = KIT[piece].played;
  return played.class;
}
