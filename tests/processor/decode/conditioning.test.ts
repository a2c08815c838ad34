import { Conditioner, normalise, Polarity } from "@groovesheet/processor/decode/conditioning.ts";
import { expect, test } from "vitest";

const RATE = 44_100;
const sine = (hz: number, gain = 0.5) =>
  Float32Array.from({ length: RATE }, (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / RATE));
const peakOf = (channel: Float32Array) => channel.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);

test("what is not a number becomes silence and what is far over full scale is limited", () => {
  const odd = Float32Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY, 2, -1e9, 0);
  const valid = Float32Array.of(0.5, 0, 0, 2, -8, 0);
  expect(new Conditioner(RATE).clean(odd)).toEqual(new Conditioner(RATE).clean(valid));
});

test("samples over full scale are all scaled down alike and the peak is returned", () => {
  const channels = [Float32Array.of(0.5, -2, 0), Float32Array.of(1, 0, 0)];
  expect(normalise(channels)).toBe(2);
  expect(channels.map((channel) => [...channel])).toEqual([
    [0.25, -1, 0],
    [0.5, 0, 0],
  ]);
});

test("an offset is removed without a thump at the start", () => {
  const channel = new Conditioner(RATE).clean(new Float32Array(RATE).fill(0.3));
  expect(peakOf(channel)).toBeLessThan(1e-3);
});

test.each([
  [5, 0, 0.07],
  [10, 0.2, 0.27],
  [60, 0.98, 1.01],
  [1000, 0.999, 1.001],
])("a sine of %d Hz keeps between %d and %d of its level", (hz, least, most) => {
  const channel = new Conditioner(RATE).clean(sine(hz));
  const kept = peakOf(channel.subarray(RATE / 2)) / 0.5;
  expect(kept).toBeGreaterThanOrEqual(least);
  expect(kept).toBeLessThanOrEqual(most);
});

test("blocks of any length are cleaned as one", () => {
  const whole = new Conditioner(RATE).clean(sine(100));
  const conditioner = new Conditioner(RATE);
  const block = sine(100);
  for (const [from, to] of [
    [0, 1],
    [1, 1],
    [1, 1000],
    [1000, RATE],
  ]) {
    conditioner.clean(block.subarray(from, to));
  }
  expect(block).toEqual(whole);
});

const isInverted = (left: Float32Array, right: Float32Array) => {
  const polarity = new Polarity();
  for (let i = 0; i < RATE; i += 1000) polarity.add(left.subarray(i, i + 1000), right.subarray(i, i + 1000));
  return polarity.isInverted;
};

test("a right channel that is inverted is found", () => {
  expect(isInverted(sine(440), sine(440, -0.4))).toBe(true);
});

test("channels that have little in common, or one of which is silent, are not inverted", () => {
  for (const other of [sine(330), new Float32Array(RATE), sine(440, 0.1)]) {
    expect(isInverted(sine(440), other)).toBe(false);
  }
});
