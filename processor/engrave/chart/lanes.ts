import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { PIECE_FORMATS } from "../piece-formats.ts";
import type { Pad } from "./pads.ts";

/** What the hands keep first where more than two pads fall together. */
const IMPORTANCE: readonly Pad[] = [
  "red",
  "greenCymbal",
  "greenTom",
  "blueTom",
  "yellowTom",
  "blueCymbal",
  "yellowCymbal",
];
const HANDS = 2;
/** Where a cymbal goes whose colour another piece already has. */
const OTHER_CYMBALS: Partial<Record<Pad, readonly Pad[]>> = {
  greenCymbal: ["blueCymbal", "yellowCymbal"],
  blueCymbal: ["greenCymbal", "yellowCymbal"],
  yellowCymbal: ["blueCymbal", "greenCymbal"],
};

/** The colours of the pads, in the order of their MIDI keys. */
export const COLOURS: readonly string[] = ["kick", "red", "yellow", "blue", "green"];

/** @returns `yellow` for both yellow pads */
export function colourOf(pad: Pad): string {
  return pad.replace(/Tom|Cymbal/, "");
}

export interface PadHit {
  readonly pad: Pad;
  readonly dynamic: "ghost" | "normal" | "accent";
}

/** @returns the pads of a chord: each colour once, no more than two for the hands */
export function layChord(notes: readonly { readonly piece: Piece; readonly dynamic: PadHit["dynamic"] }[]): PadHit[] {
  const wanted = notes
    .flatMap(({ piece, dynamic }) => {
      const { pad } = PIECE_FORMATS[piece];
      return pad ? [{ pad, dynamic }] : [];
    })
    .toSorted((a, b) => IMPORTANCE.indexOf(a.pad) - IMPORTANCE.indexOf(b.pad)); // the kick has index -1
  const laid: PadHit[] = [];
  for (const hit of wanted) {
    const free = (pad: Pad) => laid.every((other) => colourOf(other.pad) !== colourOf(pad));
    const pad = [hit.pad, ...(OTHER_CYMBALS[hit.pad] ?? [])].find(free);
    const hands = laid.filter((other) => other.pad !== "kick").length;
    if (pad && (pad === "kick" || hands < HANDS)) laid.push({ ...hit, pad });
  }
  return laid;
}
