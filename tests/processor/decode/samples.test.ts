import { type Kept, SampleCollector } from "@groovesheet/processor/decode/samples.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const RATE = 44_100;

function collect(samples: Float32Array, channels: number, sizes: readonly number[], kept?: Kept, expected = 0) {
  const bytes = Buffer.from(samples.buffer);
  const collector = new SampleCollector(channels, RATE, expected, kept);
  for (let start = 0, n = 0; start < bytes.length; n++) {
    const size = sizes[n % sizes.length]!;
    collector.add(bytes.subarray(start, start + size));
    start += size;
  }
  return collector.finish();
}

const noise = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i));

test("samples in chunks of any size come out once each, in their channel and in order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 0, max: 300 }),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 0, max: 400 }),
      (channels, frames, sizes, expected) => {
        const samples = noise(channels * frames);
        const found = collect(samples, channels, sizes, "channels", expected).channels;
        const alone = Array.from({ length: channels }, (_, c) => samples.filter((_value, i) => i % channels === c));
        expect(found).toEqual(alone.map((channel) => collect(channel, 1, [4096]).channels[0]));
      },
    ),
  );
});

test("the mean and the difference of two channels are those of the channels", () => {
  const samples = noise(2000);
  const [left, right] = collect(samples, 2, [100]).channels;
  for (const [kept, sign] of [
    ["mean", 1],
    ["difference", -1],
  ] as const) {
    const { channels } = collect(samples, 2, [100], kept);
    expect(channels).toEqual([left!.map((value, i) => (value + sign * right![i]!) / 2)]);
  }
});

test("an inverted channel is reported, whatever is kept", () => {
  const inverted = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? Math.sin(i) : -0.8 * Math.sin(i - 1)));
  for (const kept of ["channels", "mean", "difference"] as const) {
    expect(collect(inverted, 2, [100], kept).isInverted).toBe(true);
    expect(collect(noise(2000), 2, [100], kept).isInverted).toBe(false);
  }
});
