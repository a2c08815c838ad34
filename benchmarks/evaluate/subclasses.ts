import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Piece } from "@groovesheet/jobs/pieces.ts";
import { classOf } from "@groovesheet/jobs/pieces.ts";

/** Subclasses of MDB Drums that are finer than the five classes: names, and the class to which each belongs. */
const SUBCLASSES = {
  CHH: ["closed hi-hat", "HH"],
  OHH: ["open hi-hat", "HH"],
  PHH: ["pedal hi-hat", "HH"],
  SD: ["snare", "SD"],
  SDG: ["ghost note", "SD"],
  SDF: ["flam", "SD"],
  SDD: ["drag", "SD"],
  SDNS: ["snare, wires off", "SD"],
  SST: ["side stick", "SD"],
  HIT: ["high tom", "TT"],
  MHT: ["high-mid tom", "TT"],
  HFT: ["high floor tom", "TT"],
  LFT: ["low floor tom", "TT"],
  RDC: ["ride", "CY"],
  RDB: ["ride bell", "CY"],
  CRC: ["crash", "CY"],
  SPC: ["splash", "CY"],
  CHC: ["china", "CY"],
} as const;
const TOLERANCE = 0.05; // seconds

type Subclass = keyof typeof SUBCLASSES;

export interface Annotated {
  readonly hits: readonly Hit[];
  /** of MDB's subclasses; names that are not in the table are ignored */
  readonly onsets: readonly { readonly time: number; readonly class: string }[];
}

/**
 * How hits of each subclass were heard: how many there are, how many are found within 50 ms as their class, and as which
 * piece.
 *
 * @returns a Markdown table over all tracks, rows in the order of the kit
 */
export function subclassTable(tracks: readonly Annotated[]): string {
  const found = new Map<Subclass, (Piece | undefined)[]>();
  for (const { hits, onsets } of tracks) {
    const free = new Set(hits);
    for (const onset of onsets) {
      if (!(onset.class in SUBCLASSES)) continue;
      const subclass = onset.class as Subclass;
      const hit = nearest(free, onset.time, SUBCLASSES[subclass][1]);
      if (hit) free.delete(hit);
      found.set(subclass, [...(found.get(subclass) ?? []), hit?.piece]);
    }
  }
  const rows = (Object.keys(SUBCLASSES) as Subclass[]).flatMap((subclass) => {
    const pieces = found.get(subclass);
    return pieces ? [row(SUBCLASSES[subclass][0], pieces)] : [];
  });
  return `| hit | played | found | heard as |\n|---|---|---|---|\n${rows.join("\n")}`;
}

function nearest(hits: Iterable<Hit>, time: number, name: string): Hit | undefined {
  const distance = (hit: Hit) => Math.abs(hit.time - time);
  return [...hits]
    .filter((hit) => classOf(hit.piece) === name && distance(hit) <= TOLERANCE)
    .sort((a, b) => distance(a) - distance(b))[0];
}

function row(words: string, pieces: readonly (Piece | undefined)[]): string {
  const counts = new Map<Piece, number>();
  for (const piece of pieces) if (piece) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const heard = [...counts].sort((a, b) => b[1] - a[1]).map(([piece, count]) => `${piece} ${count}`);
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  return `| ${words} | ${pieces.length} | ${total} | ${heard.join(", ") || "-"} |`;
}
