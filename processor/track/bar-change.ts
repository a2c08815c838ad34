import type { CoarseSpectrum } from "../coarse-spectrum.ts";

/** Mean change of a song, as a share of the deviation of its spectrum, from which it is evidence, and from which in full. */
const [NO_CHANGE, CLEAR_CHANGE] = [0.15, 0.45];

/**
 * How much the sound changes at each beat: the distance between the mean spectra of the bar before and the bar after it.
 * Harmony, bass and instruments change with the bars, so it is greater where a bar begins.
 *
 * @param times seconds of the beats, rising
 * @param beatsPerBar beats that are compared on either side
 * @returns for each beat, in standard deviations from the mean of the song; 0 less than a bar from its ends, and less where
 *   the sound hardly changes in the whole song, as that of a drum loop
 */
export function barChanges(times: readonly number[], spectrum: CoarseSpectrum, beatsPerBar: number): number[] {
  const sums = cumulativeSums(spectrum);
  const changes = times.map((time, beat) => {
    const [before, after] = [times[beat - beatsPerBar], times[beat + beatsPerBar]];
    if (before === undefined || after === undefined) return undefined;
    return distance(meanBetween(spectrum, sums, before, time), meanBetween(spectrum, sums, time, after));
  });
  const known = changes.filter((change) => change !== undefined);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, change) => sum + (change - mean) ** 2, 0) / known.length);
  const share = mean / spread(spectrum);
  const clearness = Math.min(1, Math.max(0, (share - NO_CHANGE) / (CLEAR_CHANGE - NO_CHANGE)));
  const isFlat = !(deviation > 0 && clearness > 0);
  return changes.map((change) => (change === undefined || isFlat ? 0 : (clearness * (change - mean)) / deviation));
}

/** Root mean square distance of the frames from their mean. */
function spread({ bands, values }: CoarseSpectrum): number {
  const frames = values.length / bands;
  let squares = 0;
  for (let band = 0; band < bands; band++) {
    let [sum, sumOfSquares] = [0, 0];
    for (let n = band; n < values.length; n += bands) {
      sum += values[n]!;
      sumOfSquares += values[n]! ** 2;
    }
    squares += sumOfSquares / frames - (sum / frames) ** 2;
  }
  return Math.sqrt(Math.max(squares, 1e-9));
}

/** (frames + 1) × bands: for each frame the sum of those before it. */
function cumulativeSums({ bands, values }: CoarseSpectrum): Float64Array {
  const sums = new Float64Array(values.length + bands);
  for (let n = 0; n < values.length; n++) sums[n + bands] = sums[n]! + values[n]!;
  return sums;
}

function meanBetween({ fps, bands }: CoarseSpectrum, sums: Float64Array, from: number, to: number): Float64Array {
  const frame = (time: number) => Math.min(Math.max(0, Math.round(time * fps)), sums.length / bands - 1);
  const [first, last] = [frame(from), frame(to)];
  const frames = Math.max(1, last - first);
  return Float64Array.from(
    { length: bands },
    (_, band) => (sums[last * bands + band]! - sums[first * bands + band]!) / frames,
  );
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, band) => sum + (value - b[band]!) ** 2, 0));
}
