import type { Pulse } from "../quantise/bars.ts";
import type { Grid, Quantised } from "../quantise/quantise.ts";
import { sounding } from "../quantise/swing.ts";

/** Grids that contain another one, the coarsest first; those of triplets and straight ones exclude each other. */
const FINER: Readonly<Record<Grid, readonly Grid[]>> = {
  1: [1, 2, 4, 8, 3, 6],
  2: [2, 4, 8],
  3: [3, 6],
  4: [4, 8],
  6: [6],
  8: [8],
};

/** The places of a song: when each sounds, and which of them can be written beside those in use. */
export interface Places {
  /** the grid of each pulse, with the places that were admitted */
  readonly grids: readonly Grid[];
  /** seconds at which a tick of the song sounds */
  readonly timeOf: (tick: number) => number;
  /** whether a stroke can be added at a tick; if so, the grid of its pulse has that place from then on */
  readonly admit: (tick: number) => boolean;
}

export function layPlaces(pulses: readonly Pulse[], { grids: quantised, offsets, swing }: Quantised): Places {
  const grids = [...quantised];
  const { ticks } = pulses[0]!;
  return {
    grids,
    timeOf: (tick) => {
      const index = Math.min(pulses.length - 1, Math.floor(tick / ticks));
      const { time, duration, tick: start } = pulses[index]!;
      return time + offsets[index]! + (sounding(tick - start, ticks, swing) / ticks) * duration;
    },
    admit: (tick) => {
      const index = Math.floor(tick / ticks);
      const now = grids[index];
      const grid = now && FINER[now].find((finer) => ((tick % ticks) * finer) % ticks === 0);
      if (!grid) return false;
      grids[index] = grid;
      return true;
    },
  };
}
