/** Encoders put up to 50 ms before the sound; samples at 44.1 kHz. */
const MAX_DELAY = 3000;

/** @returns by how many samples `heard` is later than `sound`, and Pearson's coefficient there */
export function alignment(sound: Float32Array, heard: Float32Array): { delay: number; similarity: number } {
  const all = Array.from({ length: MAX_DELAY }, (_, delay) => correlation(sound, heard.subarray(delay)));
  const similarity = Math.max(...all);
  return { delay: all.indexOf(similarity), similarity };
}

/** Pearson's coefficient over the length of the shorter one. */
function correlation(a: Float32Array, b: Float32Array): number {
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    product += a[i]! * b[i]!;
    squaresA += a[i]! ** 2;
    squaresB += b[i]! ** 2;
  }
  return product / Math.sqrt(squaresA * squaresB);
}
