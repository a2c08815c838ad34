/**
 * @returns the offset, -0.5..0.5, from a maximum to the vertex of the parabola through it and its two neighbours; 0 if
 *   the three are equal
 */
export function parabolicShift(values: Float32Array, index: number): number {
  const left = values[index - 1] ?? values[index]!;
  const right = values[index + 1] ?? values[index]!;
  const bend = left - 2 * values[index]! + right;
  if (bend > -1e-6) return 0;
  return Math.max(-0.5, Math.min(0.5, (0.5 * (left - right)) / bend));
}
