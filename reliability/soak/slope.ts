export interface Slope {
  /** of the least-squares line */
  readonly perSecond: number;
  /** half of the 95 % interval, assuming independent samples */
  readonly uncertainty: number;
  readonly mean: number;
}

/** Fits a least-squares line to samples (seconds, value). @returns undefined for fewer than three */
export function slopeOf(samples: readonly (readonly [seconds: number, value: number])[]): Slope | undefined {
  const count = samples.length;
  if (count < 3) return undefined;
  const meanX = samples.reduce((sum, [x]) => sum + x, 0) / count;
  const mean = samples.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = samples.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const perSecond = samples.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0) / spread;
  const rest = samples.reduce((sum, [x, y]) => sum + (y - mean - perSecond * (x - meanX)) ** 2, 0);
  return { perSecond, uncertainty: 1.96 * Math.sqrt(rest / (count - 2) / spread), mean };
}
