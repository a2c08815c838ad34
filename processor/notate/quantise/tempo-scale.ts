import { isCompoundMeter, meterParts } from "@groovesheet/jobs/meter.ts";
import type { NotateOptions, TempoScale } from "@groovesheet/jobs/options.ts";
import { medianInterval } from "../../numeric/median.ts";

/** How many beats are counted for how many that were heard. */
export interface TempoRatio {
  readonly beats: number;
  readonly per: number;
}

/** Beats, and the indices among them at which a bar begins. */
export interface Counted {
  /** seconds, rising */
  readonly times: readonly number[];
  readonly downbeats: readonly number[];
}

const SCALES: Readonly<Record<TempoScale, TempoRatio>> = {
  half: { beats: 1, per: 2 },
  twoThirds: { beats: 2, per: 3 },
  same: { beats: 1, per: 1 },
  threeHalves: { beats: 3, per: 2 },
  double: { beats: 2, per: 1 },
};

/** Pulses that belong to one rhythm stand to each other in ratios of small numbers. */
const SIMPLE_RATIOS: readonly TempoRatio[] = [1, 2, 3, 4].flatMap((beats) =>
  [1, 2, 3, 4].map((per) => ({ beats, per })),
);

/** @returns the ratio that the user chose; for a tempo in beats per minute, the simple one that comes nearest to it */
export function tempoRatio({ tempoScale, bpm }: NotateOptions, times: readonly number[]): TempoRatio {
  if (bpm === undefined) return SCALES[tempoScale];
  const wanted = (bpm * medianInterval(times)) / 60;
  const distance = ({ beats, per }: TempoRatio) => Math.abs(Math.log(beats / per / wanted));
  return SIMPLE_RATIOS.reduce((best, ratio) => (distance(ratio) < distance(best) ? ratio : best));
}

/** @returns beats at another ratio, from the first downbeat on and before it; between heard beats they lie evenly */
export function scaleBeats({ times, downbeats }: Counted, { beats, per }: TempoRatio): Counted {
  if (beats === per) return { times, downbeats };
  const first = downbeats[0] ?? 0;
  const before = Math.floor((first * beats) / per);
  const last = (times.length - 1) * beats;
  const scaled: number[] = [];
  // Places are counted in parts of a heard beat, so that beats that were heard keep their times exactly.
  for (let place = first * beats - before * per; place <= last; place += per) {
    const index = Math.floor(place / beats);
    const next = times[index + 1] ?? times[index]!;
    scaled.push(times[index]! + ((place % beats) / beats) * (next - times[index]!));
  }
  if (scaled.length > 1) return { times: scaled, downbeats: [before] };
  const [start, end] = [times[0]!, times.at(-1)!];
  return { times: [start, start + ((end - start) * per) / beats], downbeats: [0] };
}

/**
 * The meter at another ratio: where three beats are counted for two, or two for three, a compound meter was a mistake for
 * a simple one.
 */
export function scaledMeter(heard: string, { beats, per }: TempoRatio): string {
  const isTernary = beats !== per && (beats % 3 === 0 || per % 3 === 0);
  return isTernary && isCompoundMeter(meterParts(heard)) ? "4/4" : heard;
}
