import { readFileSync } from "node:fs";
import FFT from "fft.js";

/** Clock ticks in a second, as Linux reports them to every program. */
const TICKS_PER_SECOND = 100;

/** @returns CPU seconds of this process and, on Linux, of the child processes that have ended, such as FFmpeg */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childSeconds();
}

function childSeconds(): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND; // cutime and cstime
}

const FFT_SIZE = 2048;
const FFTS = 10_000;
const MATRIX = 400;

/**
 * The yardstick: a fixed piece of arithmetic, 10,000 Fourier transforms of 2,048 values and a product of two matrices of
 * 400 × 400. Costs in yardsticks can be compared between machines, and between moments at which others use them.
 *
 * @returns CPU seconds
 */
export function measureYardstick(): number {
  transform(100); // so that it is compiled
  multiply();
  const start = cpuSeconds();
  transform(FFTS);
  multiply();
  return cpuSeconds() - start;
}

function transform(count: number): void {
  const fft = new FFT(FFT_SIZE);
  const input = Array.from({ length: FFT_SIZE }, (_, n) => Math.sin(n * n));
  const output = fft.createComplexArray();
  for (let i = 0; i < count; i++) fft.realTransform(output, input);
}

function multiply(): void {
  const a = Float64Array.from({ length: MATRIX ** 2 }, (_, i) => Math.sin(i));
  const product = new Float64Array(MATRIX ** 2);
  for (let row = 0; row < MATRIX; row++) {
    for (let k = 0; k < MATRIX; k++) {
      const factor = a[row * MATRIX + k]!;
      for (let column = 0; column < MATRIX; column++)
        product[row * MATRIX + column]! += factor * a[k * MATRIX + column]!;
    }
  }
}
