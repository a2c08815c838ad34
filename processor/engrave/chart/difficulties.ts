import Fraction from "fraction.js";
import type { PadHit } from "./lanes.ts";

export const DIFFICULTIES = ["easy", "medium", "hard", "expert"] as const;
export type Difficulty = (typeof DIFFICULTIES)[number];

/** What is played together at one time of the chart. */
export interface Chord {
  readonly tick: number;
  /** seconds of the chart */
  readonly time: number;
  /** from the start of its measure, whole notes */
  readonly onset: Fraction;
  readonly hits: readonly PadHit[];
}

interface Thinning {
  /** notes off these grids are left out, whole notes */
  readonly grids: readonly Fraction[];
  /** least seconds between two hits of the hands, and of the kick */
  readonly handGap: number;
  readonly kickGap: number;
  /** pads for the hands beside a kick */
  readonly handsWithKick: 1 | 2;
}

/** After the reductions of the Rock Band Network: straight grids of 16ths, eighths and quarters, and fewer kicks than hands. */
const THINNINGS: Readonly<Record<Exclude<Difficulty, "expert">, Thinning>> = {
  hard: { grids: gridsOf("1/16", "1/12"), handGap: 0.12, kickGap: 0.24, handsWithKick: 2 },
  medium: { grids: gridsOf("1/8", "1/12"), handGap: 0.24, kickGap: 0.45, handsWithKick: 2 },
  easy: { grids: gridsOf("1/4", "3/8"), handGap: 0.45, kickGap: 0.9, handsWithKick: 1 },
};

function gridsOf(...values: readonly string[]): Fraction[] {
  return values.map((value) => new Fraction(value));
}

/** @returns the chords of a difficulty; each is a part of the next harder one, and expert is everything */
export function thin(chords: readonly Chord[], difficulty: Difficulty): readonly Chord[] {
  if (difficulty === "expert") return chords;
  const harder = thin(chords, DIFFICULTIES[DIFFICULTIES.indexOf(difficulty) + 1]!);
  const { grids, handGap, kickGap, handsWithKick } = THINNINGS[difficulty];
  const onGrid = harder.filter(({ onset }) => grids.some((grid) => onset.div(grid).d === 1n));
  const hands = spaced(withHits(onGrid, isHand), handGap);
  const kicks = spaced(withHits(onGrid, isKick), kickGap);
  return onGrid
    .map((chord) => {
      const kick = kicks.has(chord.tick);
      const most = kick ? handsWithKick : 2;
      const kept = hands.has(chord.tick) ? chord.hits.filter(isHand).slice(0, most) : [];
      return { ...chord, hits: [...chord.hits.filter((hit) => kick && isKick(hit)), ...kept] };
    })
    .filter(({ hits }) => hits.length > 0);
}

function isHand({ pad, dynamic }: PadHit): boolean {
  return pad !== "kick" && dynamic !== "ghost";
}

function isKick({ pad }: PadHit): boolean {
  return pad === "kick";
}

function withHits(chords: readonly Chord[], wanted: (hit: PadHit) => boolean): Chord[] {
  return chords.filter(({ hits }) => hits.some(wanted));
}

/** @returns the ticks of chords at least `gap` seconds apart; those on stronger places of the bar go first */
function spaced(chords: readonly Chord[], gap: number): ReadonlySet<number> {
  const kept: Chord[][] = []; // in slots as long as the gap, so that only neighbours are compared
  const weakness = ({ onset }: Chord) => Number(onset.d);
  for (const chord of chords.toSorted((a, b) => weakness(a) - weakness(b) || a.tick - b.tick)) {
    const slot = Math.floor(chord.time / gap);
    const near = [slot - 1, slot, slot + 1].flatMap((index) => kept[index] ?? []);
    if (near.some(({ time }) => Math.abs(time - chord.time) < gap)) continue;
    kept[slot] = [...(kept[slot] ?? []), chord];
  }
  return new Set(kept.flat().map(({ tick }) => tick));
}
