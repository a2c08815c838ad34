import { audioRate, smallerAttempt } from "@groovesheet/processor/play/fit.ts";
import { expect, test } from "vitest";

test("the sound gets what the picture leaves, up to the best rate", () => {
  expect(audioRate(1_000_000, 240, 9_500_000)).toBe(128_000);
  expect(audioRate(7_000_000, 240, 9_500_000)).toBe(73_833);
  expect(audioRate(8_000_000, 240, 9_500_000)).toBeUndefined();
});

test("a picture that is too large is encoded more coarsely", () => {
  expect(smallerAttempt({ crf: 27, seconds: 240 }, 12_000_000, 9_500_000, [240])).toEqual({ crf: 31, seconds: 240 });
});

test("a song that is too long for the coarsest picture ends with a bar", () => {
  const bars = Array.from({ length: 600 }, (_, n) => 2 * (n + 1));
  const attempt = smallerAttempt({ crf: 27, seconds: 1200 }, 40_000_000, 9_500_000, bars)!;
  expect(attempt.crf).toBe(39);
  expect(attempt.seconds).toBeLessThan(1200);
  expect(attempt.seconds).toBeGreaterThan(500);
  expect(bars).toContain(attempt.seconds);
  expect(smallerAttempt({ crf: 39, seconds: 2 }, 1_000_000, 10_000, bars)).toBeUndefined();
});
