import { type Attempt, audioRate, BEST_CRF, smallerAttempt } from "@groovesheet/processor/play/fit.ts";
import { describe, expect, test } from "vitest";

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

/** Bytes of a picture: x264 halves them for 6 of its rate factor, more or less, and some songs are denser than others. */
const pictureBytes = ({ crf, seconds }: Attempt, bitRate: number, ofHalf: number) =>
  (seconds * bitRate * 2 ** ((BEST_CRF - crf) / ofHalf)) / 8;

describe.each([
  [1195, 9_500_000],
  [2390, 9_500_000],
  [1195, 23_000_000],
  [30, 150_000],
])("of %d s, the part that fits into %d bytes", (seconds, maxBytes) => {
  test.each([
    [20_000, 6],
    [90_000, 6],
    [90_000, 4],
    [90_000, 10],
    [400_000, 6],
  ])("is found within four attempts and fills the file (%d bit/s at best, halved for %d)", (bitRate, ofHalf) => {
    const bars = Array.from({ length: Math.ceil(seconds / 2) }, (_, n) => 2 * (n + 1));
    let attempt: Attempt = { crf: BEST_CRF, seconds };
    let bytes = pictureBytes(attempt, bitRate, ofHalf);
    let attempts = 1;
    while (audioRate(bytes, attempt.seconds, maxBytes) === undefined) {
      attempt = smallerAttempt(attempt, bytes, maxBytes, bars)!;
      bytes = pictureBytes(attempt, bitRate, ofHalf);
      attempts++;
    }
    expect(attempts).toBeLessThanOrEqual(4);
    const rate = audioRate(bytes, attempt.seconds, maxBytes)!;
    const size = bytes + (attempt.seconds * rate) / 8;
    expect(size).toBeLessThanOrEqual(0.97 * maxBytes);
    if (attempt.seconds < seconds) {
      expect(bars).toContain(attempt.seconds);
      expect(size).toBeGreaterThan(0.85 * maxBytes);
    }
  });
});
