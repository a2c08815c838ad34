/** @returns the median, the upper one of two; 0 if there are no values */
export function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0;
}

/** @returns the median of the intervals between neighbours; 0 if there are none */
export function medianInterval(times: readonly number[]): number {
  return median(times.slice(1).map((time, index) => time - times[index]!));
}
