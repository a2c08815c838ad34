/**
 * @returns by how much, -0.5..0.5, the summit of the parabola through a maximum and its two neighbours lies after it;
 *   0 where the three are level
 */
export function parabolicShift(values: Float32Array, index: number): number {
  const left = values[index - 1] ?? values[index]!;
  const right = values[index + 1] ?? values[index]!;
  const bend = left - 2 * values[index]! + right;
  if (bend > -1e-6) return 0;
  return Math.max(-0.5, Math.min(0.5, (0.5 * (left - right)) / bend));
}
