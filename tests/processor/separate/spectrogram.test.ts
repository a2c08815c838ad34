import { BINS, frameCount, soundOf, spectrogram } from "@groovesheet/processor/separate/spectrogram.ts";
import { expect, test } from "vitest";

const LENGTH = 20_000;
const FRAMES = frameCount(LENGTH);
const wave = (hz: number) => Float32Array.from({ length: LENGTH }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 44_100));
const left = wave(1000);
const right = wave(3000);

/** One bin of one frame by the definition: a Hann window over the sound, reflected at its start, in both directions. */
function bin(sound: Float32Array, k: number, frame: number): [number, number] {
  let [re, im] = [0, 0];
  for (let n = 0; n < 4096; n++) {
    const value = sound[Math.abs(frame * 1024 - 1536 + n)]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 4096));
    re += (value * Math.cos((2 * Math.PI * k * n) / 4096)) / 64;
    im -= (value * Math.sin((2 * Math.PI * k * n) / 4096)) / 64;
  }
  return [re, im];
}

test("each bin of two channels equals the definition of the transform", async () => {
  const spectrum = await spectrogram(left, right);
  const plane = BINS * FRAMES;
  expect(spectrum).toHaveLength(4 * plane);
  for (const [k, frame] of [
    [0, 0],
    [93, 0],
    [93, 7],
    [279, 1],
    [2047, 9],
  ] as const) {
    const at = k * FRAMES + frame;
    const found = [0, 1, 2, 3].map((part) => spectrum[part * plane + at]!);
    const expected = [...bin(left, k, frame), ...bin(right, k, frame)];
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
  }
});

test("the inverse of a spectrogram is its sound, except in the first and last frames", async () => {
  const sound = await soundOf(await spectrogram(left, right), LENGTH);
  for (const [c, original] of [left, right].entries()) {
    const errors = original.subarray(2048, LENGTH - 2048).map((value, i) => Math.abs(value - sound[c]![i + 2048]!));
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  }
});
