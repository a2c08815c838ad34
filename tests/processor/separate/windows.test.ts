import { layWindows, putFaded } from "@groovesheet/processor/separate/windows.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const SIZE = 1000;
const FADE = 60;

test("windows over a recording of any length overlap enough and their kept parts cover all of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (length) => {
      const windows = layWindows(length, SIZE, 0.25);
      expect(windows[0]).toMatchObject({ start: 0, from: 0 });
      expect(windows.at(-1)!.to).toBe(length);
      expect(windows.at(-1)!.start).toBe(Math.max(0, length - SIZE));
      for (const [k, { to }] of windows.slice(0, -2).entries()) {
        expect(windows[k + 2]!.start).toBeGreaterThanOrEqual(to + FADE / 2);
      }
      for (const [k, { start, to }] of windows.slice(0, -1).entries()) {
        const next = windows[k + 1]!;
        expect(start + SIZE - next.start).toBeGreaterThanOrEqual(249);
        expect(next.from).toBe(to);
      }
    }),
  );
});

test("the cross-faded sum of equal windows equals them", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9000 }), (length) => {
      const whole = new Float32Array(length).fill(9);
      const heard = new Float32Array(SIZE).fill(0.5);
      for (const window of layWindows(length, SIZE, 0.25)) putFaded(whole, heard, window, FADE);
      expect(whole.every((value) => Math.abs(value - 0.5) < 1e-6)).toBe(true);
    }),
  );
});

test("different windows are cross-faded without a step", () => {
  const length = 1700;
  const whole = new Float32Array(length).fill(9);
  for (const [k, window] of layWindows(length, SIZE, 0.25).entries()) {
    putFaded(whole, new Float32Array(SIZE).fill(k), window, FADE);
  }
  const steps = whole.slice(1).map((value, i) => Math.abs(value - whole[i]!));
  expect([whole[0], whole.at(-1)]).toEqual([0, 1]);
  expect(Math.max(...steps)).toBeLessThan(1.5 / FADE);
});
