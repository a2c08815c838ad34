import { parabolicShift } from "../numeric/parabola.ts";

/** One column of a row-major frames × columns table. */
export function column(table: Float32Array, columns: number, index: number): Float32Array {
  const out = new Float32Array(table.length / columns);
  for (let frame = 0; frame < out.length; frame++) out[frame] = table[frame * columns + index]!;
  return out;
}

export interface Peak {
  readonly frame: number;
  /** in frames, with a fraction: the vertex of a parabola through the peak and its two neighbours */
  readonly position: number;
  readonly value: number;
}

/**
 * Local maxima over ± `reach` frames that are at least `threshold`. Of equal neighbours the first one is the peak.
 *
 * @param activation 0..1 per frame
 * @param reach frames; 2 keeps hits of one piece at least 30 ms apart
 */
export function pickPeaks(activation: Float32Array, threshold: number, reach = 2): Peak[] {
  const peaks: Peak[] = [];
  for (let frame = 0; frame < activation.length; frame++) {
    const value = activation[frame]!;
    if (value < threshold || !isMaximum(activation, frame, reach)) continue;
    peaks.push({ frame, value, position: frame + parabolicShift(activation, frame) });
  }
  return peaks;
}

function isMaximum(activation: Float32Array, frame: number, reach: number): boolean {
  const value = activation[frame]!;
  for (let d = 1; d <= reach; d++) {
    if ((activation[frame - d] ?? -1) >= value || (activation[frame + d] ?? -1) > value) return false;
  }
  return true;
}
