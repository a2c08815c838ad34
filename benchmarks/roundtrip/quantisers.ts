import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { Pulse } from "@groovesheet/processor/notate/quantise/bars.ts";
import type { Grid, Quantiser } from "@groovesheet/processor/notate/quantise/quantise.ts";
import { PLACES, type Swing } from "./assign.ts";
import type { Groove } from "./corpus.ts";
import { groupBy } from "./group-by.ts";
import type { Intentions } from "./intention.ts";

/** Ticks of `notate` in a 24th of a quarter. */
export const TICKS = 2;
const straightGrids = [1, 2, 4, 8] as const;
const tripletGrids = [3, 6] as const;

/** @returns a quantiser that knows what the player meant, so that only the writing is left to `notate` */
export function knowing({ quarter }: Groove, { all, swing }: Intentions): Quantiser {
  const places = new Map(all.map(({ hit, place }) => [hit, place]));
  const byQuarter = groupBy(all, ({ place }) => Math.floor(place / PLACES));
  const written = (place: number): number => {
    const together = byQuarter.get(Math.floor(place / PLACES)) ?? [];
    return swing ? unswung(place, new Set(together.map((other) => other.place % PLACES)), swing) : place;
  };
  return (pulses, onsets) => {
    const first = Math.round(pulses[0]!.time / (quarter / 2)) * (PLACES / 2) * TICKS;
    const ticks = onsets.map(
      ({ strokes }) => written(places.get(loudest(strokes.map(({ hit }) => hit)))!) * TICKS - first,
    );
    return { ticks, grids: gridsFor(pulses, ticks), offsets: pulses.map(() => 0), swing };
  };
}

/** Puts each hit on the nearest 32nd or sixteenth triplet, whichever of the two fits the hits of the pulse better. */
export const plainly: Quantiser = (pulses, onsets) => {
  const ticks: number[] = [];
  for (const [index, pulse] of pulses.entries()) {
    const end = pulses[index + 1]?.time ?? Number.POSITIVE_INFINITY;
    const inside = onsets.slice(ticks.length).filter((onset) => onset.time < end);
    const parts = inside.map((onset) => (onset.time - pulse.time) / pulse.duration);
    const error = (grid: number) => parts.reduce((sum, part) => sum + (part - Math.round(part * grid) / grid) ** 2, 0);
    const [straight, triplet] = pulse.ticks === 2 * PLACES ? [8, 6] : [4, 3];
    const grid = error(straight) <= error(triplet) ? straight : triplet;
    ticks.push(...parts.map((part) => pulse.tick + (Math.max(0, Math.round(part * grid)) / grid) * pulse.ticks));
  }
  return { ticks, grids: gridsFor(pulses, ticks), offsets: pulses.map(() => 0), swing: undefined };
};

/** The place as written under a swing mark; triplets stay triplets in a quarter that has a middle one. */
export function unswung(place: number, together: ReadonlySet<number>, { unit }: Swing): number {
  const [swung, others, straight] =
    unit === "eighth"
      ? [[16], [4, 8, 20], [12]]
      : [
          [8, 20],
          [4, 16],
          [6, 18],
        ];
  const index = swung!.indexOf(place % PLACES);
  if (index < 0 || others!.some((other) => together.has(other))) return place;
  return place - swung![index]! + straight![index]!;
}

function gridsFor(pulses: readonly Pulse[], ticks: readonly number[]): Grid[] {
  return pulses.map((pulse) => {
    const inside = ticks.filter((tick) => tick >= pulse.tick && tick < pulse.tick + pulse.ticks);
    const fits = (grid: Grid) => inside.every((tick) => ((tick - pulse.tick) * grid) % pulse.ticks === 0);
    return straightGrids.find(fits) ?? tripletGrids.find(fits)!;
  });
}

function loudest(hits: readonly Hit[]): Hit {
  return hits.reduce((a, b) => (b.velocity > a.velocity ? b : a));
}
