/** fft.js 4 has no types of its own. */
declare module "fft.js" {
  export default class FFT {
    constructor(size: number);
    createComplexArray(): number[];
    /** Fills the first half (size / 2 + 1 complex numbers) of OUT. */
    realTransform(out: number[], input: ArrayLike<number>): void;
  }
}
