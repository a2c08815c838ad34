import { readFileSync } from "node:fs";
import { BANDS, logSpectrogram, loudnessGain } from "@groovesheet/processor/listen/features.ts";
import { expect, test } from "vitest";

const folder = new URL("../../fixtures/features/", import.meta.url);

function floats(name: string): Float32Array {
  const bytes = readFileSync(new URL(name, folder));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

test("the features of the reference signal equal those of the training code to 1e-4", async () => {
  const signal = floats("signal.f32");
  const expected = floats("features.f32");
  const computed = await logSpectrogram([signal], loudnessGain([signal]));
  expect(computed.length).toBe(expected.length);
  const worst = computed.reduce((top, value, i) => Math.max(top, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThan(1e-4);
  expect(Math.max(...expected)).toBeGreaterThan(0.5);
});

test("the loudest band of a sine is the one around its frequency, whatever the level of the file", async () => {
  const sine = (gain: number) =>
    Float32Array.from({ length: 44_100 }, (_, n) => gain * Math.sin((2 * Math.PI * 440 * n) / 44_100));
  const frame = (x: Float32Array) =>
    logSpectrogram([x], loudnessGain([x])).then((all) => all.subarray(50 * BANDS, 51 * BANDS));
  const loud = await frame(sine(0.9));
  const soft = await frame(sine(0.009));
  const peak = loud.indexOf(Math.max(...loud));
  expect(peak).toBe(19); // 440 Hz is bin 20.4, and the bands begin at bin 1, one a bin
  expect(soft[peak]).toBeCloseTo(loud[peak]!, 3);
});

test("the features of digital silence are zero, not NaN", async () => {
  const silence = new Float32Array(4410);
  expect(loudnessGain([silence])).toBe(0);
  expect((await logSpectrogram([silence], loudnessGain([silence]))).every((value) => value === 0)).toBe(true);
});

test("the features of two channels are those of their mean", async () => {
  const left = Float32Array.from({ length: 8820 }, (_, n) => Math.sin(n / 20));
  const right = Float32Array.from({ length: 8820 }, (_, n) => 0.5 * Math.sin(n / 90));
  const mean = left.map((sample, n) => (sample + right[n]!) / 2);
  expect(loudnessGain([left, right])).toBeCloseTo(loudnessGain([mean]), 5);
  const two = await logSpectrogram([left, right], 1);
  expect((await logSpectrogram([mean], 1)).every((value, i) => Math.abs(value - two[i]!) < 1e-5)).toBe(true);
});

test("a lead delays the features by as much", async () => {
  const click = new Float32Array(44_100);
  click[10_000] = 1;
  const plain = await logSpectrogram([click], 1);
  const late = await logSpectrogram([click], 1, 441);
  expect(late.subarray(23 * BANDS, 28 * BANDS)).toEqual(plain.subarray(22 * BANDS, 27 * BANDS));
  expect(Math.max(...plain.subarray(22 * BANDS, 27 * BANDS))).toBeGreaterThan(0.1);
});
