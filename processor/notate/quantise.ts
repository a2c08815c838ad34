import type { NotateOptions } from "../../jobs/options.ts";
import type { Pulse } from "./bars.ts";
import { type Onset, sameSurface } from "./onsets.ts";
import { EIGHTH, QUARTER } from "./ticks.ts";

/** Equal parts into which one pulse is divided. */
export type Grid = 1 | 2 | 3 | 4 | 6 | 8;

export interface Quantised {
  /** ticks from the start of the song, one for each onset */
  readonly ticks: readonly number[];
  /** the grid of each pulse */
  readonly grids: readonly Grid[];
}

/** Costs are negative log-likelihoods; the values were chosen on human performances with known positions. */
const gridCost: Record<Grid, number> = { 1: 0, 2: 0.3, 3: 1.6, 4: 0.7, 6: 3.6, 8: 4 };
/** For each onset on a position that no coarser grid has. */
const positionCost: Record<Grid, number> = { 1: 0, 2: 0.1, 3: 0.2, 4: 0.3, 6: 0.6, 8: 1 };
/** For a 32nd or sixteenth of a triplet that follows no other and that none follows: a late or early stroke, mostly. */
const aloneCost = 1.5;
const changeOfFamily = 1;
const collision = 0.8;
const lostStroke = 5;
/** Deviation of a stroke from where it was meant: this many seconds, and this part of a pulse. */
const deviationSeconds = 0.01;
const deviationPart = 0.02;
/** An error beyond this many deviations costs no more: one stray stroke does not choose a grid. */
const furthest = 3.2;
/** Seconds between neighbours that hands and ears still write out. */
const fastest = 0.07;

const gridsOfQuarter: Record<NotateOptions["grid"], readonly Grid[]> = {
  auto: [1, 2, 3, 4, 6, 8],
  "8": [1, 2],
  "16": [1, 2, 4],
  "32": [1, 2, 4, 8],
  "8t": [1, 2, 3],
  "16t": [1, 2, 3, 4, 6],
};
const gridsOfEighth: Record<NotateOptions["grid"], readonly Grid[]> = {
  auto: [1, 2, 3, 4],
  "8": [1],
  "16": [1, 2],
  "32": [1, 2, 4],
  "8t": [1],
  "16t": [1, 2, 3],
};

/**
 * Finds the grid of every pulse and the place of every onset on it: the cheapest sequence of grids (Viterbi), where timing
 * errors, fine grids and changes between straight and triplet grids cost.
 * @param onsets in order of time, none before the first pulse by more than half a grid step
 * @param swing place of the second eighth in a quarter, 0.5 for straight; sixteenths are straight in swung songs, too
 */
export function quantise(
  pulses: readonly Pulse[],
  onsets: readonly Onset[],
  swing: number,
  grid: NotateOptions["grid"],
): Quantised {
  const groups = onsetsByPulse(pulses, onsets);
  const candidates = pulses.map((pulse, index) => {
    const group = groups[index]!;
    const grids = group.length === 0 ? ([1] as const) : allowed(pulse, grid);
    return grids.map((g) => place(pulse, group, g, swing));
  });
  const chosen = cheapestPath(candidates);
  const ticks: number[] = new Array(onsets.length);
  let next = 0;
  for (const [index, pulse] of pulses.entries()) {
    for (const position of chosen[index]!.positions) {
      ticks[next++] = pulse.tick + (position * pulse.ticks) / chosen[index]!.grid;
    }
  }
  return { ticks, grids: chosen.map((candidate) => candidate.grid) };
}

function onsetsByPulse(pulses: readonly Pulse[], onsets: readonly Onset[]): Onset[][] {
  const groups: Onset[][] = pulses.map(() => []);
  let index = 0;
  for (const onset of onsets) {
    while (index + 1 < pulses.length && pulses[index + 1]!.time <= onset.time) index++;
    groups[index]!.push(onset);
  }
  return groups;
}

function allowed(pulse: Pulse, grid: NotateOptions["grid"]): readonly Grid[] {
  if (pulse.ticks === QUARTER) return gridsOfQuarter[grid];
  return pulse.ticks === EIGHTH ? gridsOfEighth[grid] : grid === "auto" || grid === "32" ? [1, 2] : [1];
}

interface Candidate {
  readonly grid: Grid;
  readonly cost: number;
  /** 0..grid for each onset; `grid` is the start of the next pulse */
  readonly positions: readonly number[];
}

function place(pulse: Pulse, onsets: readonly Onset[], grid: Grid, swing: number): Candidate {
  const swings = grid === 2 && pulse.ticks === QUARTER;
  const deviation = deviationSeconds + deviationPart * pulse.duration;
  const step = pulse.duration / grid;
  let cost = gridCost[grid];
  const positions: number[] = [];
  for (const [index, onset] of onsets.entries()) {
    const phase = (onset.time - pulse.time) / pulse.duration;
    const straight = swings ? unswing(phase, swing) : phase;
    const position = Math.min(grid, Math.max(0, Math.round(straight * grid)));
    const target = swings ? swung(position / grid, swing) : position / grid;
    const error = Math.min(furthest, (Math.abs(phase - target) * pulse.duration) / deviation);
    cost += 0.5 * error * error;
    if (isFine(position, grid)) cost += positionCost[grid] + Math.max(0, (fastest - step) * 100);
    if (index > 0 && positions[index - 1] === position) cost += clash(onsets[index - 1]!, onset);
    positions.push(position);
  }
  return { grid, cost: cost + aloneCost * countAlone(positions, grid), positions };
}

function isFine(position: number, grid: Grid): boolean {
  return grid === 3 ? position % 3 !== 0 : grid > 1 && position % 2 !== 0;
}

function countAlone(positions: readonly number[], grid: Grid): number {
  if (grid < 6) return 0;
  const near = (position: number) => positions.includes(position - 1) || positions.includes(position + 1);
  return positions.filter((position) => isFine(position, grid) && !near(position)).length;
}

/** Where a phase heard would lie if the eighths were straight. */
function unswing(phase: number, swing: number): number {
  return phase < swing ? (0.5 * phase) / swing : 0.5 + (0.5 * (phase - swing)) / (1 - swing);
}

function swung(phase: number, swing: number): number {
  return phase < 0.5 ? 2 * phase * swing : swing + (2 * phase - 1) * (1 - swing);
}

function clash(a: Onset, b: Onset): number {
  const same = a.strokes.some((x) => b.strokes.some((y) => sameSurface(x.hit.piece, y.hit.piece)));
  return same ? lostStroke : collision;
}

type Family = "plain" | "straight" | "triplet";

function family(grid: Grid): Family {
  return grid === 1 ? "plain" : grid % 3 === 0 ? "triplet" : "straight";
}

function change(from: Grid, to: Grid): number {
  const [a, b] = [family(from), family(to)];
  return a === b || a === "plain" || b === "plain" ? 0 : changeOfFamily;
}

function cheapestPath(candidates: readonly (readonly Candidate[])[]): Candidate[] {
  const from: number[][] = [];
  let costs: number[] = [];
  for (const [index, here] of candidates.entries()) {
    const before = candidates[index - 1];
    const back: number[] = [];
    costs = here.map((candidate, c) => {
      if (before === undefined) return candidate.cost;
      let best = Number.POSITIVE_INFINITY;
      for (const [p, previous] of before.entries()) {
        const cost = costs[p]! + change(previous.grid, candidate.grid);
        if (cost < best) {
          best = cost;
          back[c] = p;
        }
      }
      return best + candidate.cost;
    });
    from.push(back);
  }
  let state = costs.indexOf(Math.min(...costs));
  const path: Candidate[] = [];
  for (let index = candidates.length - 1; index >= 0; index--) {
    path.push(candidates[index]![state]!);
    state = from[index]![state]!;
  }
  return path.reverse();
}
