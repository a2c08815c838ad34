const RATIOS = [
  [3, 2],
  [2, 1],
  [3, 1],
] as const;

/**
 * @param place position of the second eighth as a fraction of the beat
 * @returns the lengths of the first and the second eighth as the nearest ratio of small whole numbers
 */
export function simplestRatio(place: number): readonly [number, number] {
  const error = ([first, second]: readonly [number, number]) => Math.abs(first / (first + second) - place);
  return RATIOS.reduce((best, ratio) => (error(ratio) < error(best) ? ratio : best));
}
