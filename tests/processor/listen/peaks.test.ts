import { pickPeaks } from "@groovesheet/processor/listen/peaks.ts";
import { expect, test } from "vitest";

/** A triangle of ± 1.5 frames, as the network is trained to answer. */
function triangle(length: number, ...centres: number[]): Float32Array {
  return Float32Array.from({ length }, (_, n) => Math.max(0, ...centres.map((c) => 1 - Math.abs(n - c) / 1.5)));
}

test("a hit between two frames is found between them, without bias", () => {
  const errors = Array.from({ length: 11 }, (_, i) => 20 + i / 10 - 0.5).map(
    (centre) => pickPeaks(triangle(40, centre), 0.3)[0]!.position - centre,
  );
  expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeCloseTo(0, 6);
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.15);
});

test("two hits 40 ms apart are both found", () => {
  expect(pickPeaks(triangle(40, 10, 14), 0.3).map((peak) => peak.frame)).toEqual([10, 14]);
});

test("a plateau is one hit, at its start", () => {
  const plateau = new Float32Array(20).fill(0.8, 5, 8);
  expect(pickPeaks(plateau, 0.5).map((peak) => peak.frame)).toEqual([5]);
});

test("peaks at the first and the last frame are found", () => {
  expect(pickPeaks(Float32Array.of(0.9, 0.1, 0.1, 0.1, 0.9), 0.5).map((peak) => peak.frame)).toEqual([0, 4]);
});

test("an activation below the threshold is not a hit", () => {
  expect(
    pickPeaks(
      triangle(40, 10).map((x) => x * 0.4),
      0.5,
    ),
  ).toEqual([]);
});
