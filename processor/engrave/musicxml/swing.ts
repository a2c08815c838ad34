const RATIOS = [
  [3, 2],
  [2, 1],
  [3, 1],
] as const;

/**
 * @param place of the second eighth as a part of the beat
 * @returns how long the first and the second eighth last, in the whole numbers that come nearest
 */
export function simplestRatio(place: number): readonly [number, number] {
  const error = ([first, second]: readonly [number, number]) => Math.abs(first / (first + second) - place);
  return RATIOS.reduce((best, ratio) => (error(ratio) < error(best) ? ratio : best));
}
