import { listenOptionsSchema } from "@groovesheet/jobs/options.ts";
import { formatTime, parseTime, parseTimeRange } from "@groovesheet/jobs/time-range.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("parseTime", () => {
  test.each([
    ["1:30", 90],
    ["90", 90],
    ["1:30.5", 90.5],
    ["0", 0],
    ["0:07", 7],
    [" 2:05 ", 125],
    ["1:02:03", 3723],
    ["1:30,25", 90.25],
    ["90:00", 5400],
  ])("reads %s as %d seconds", (text, seconds) => {
    expect(parseTime(text)).toBeCloseTo(seconds, 9);
  });

  test.each(["", "abc", "-5", "1:60", "1:2:3:4", "1:75:00", "1e3", "NaN", ":30", "1:", "1.2.3"])(
    "refuses %j",
    (text) => {
      expect(parseTime(text)).toBeUndefined();
    },
  );

  test("reads back what formatTime writes, to a tenth of a second", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 86_399, noNaN: true }), (seconds) => {
        expect(parseTime(formatTime(seconds))).toBeCloseTo(seconds, 0);
        expect(Math.abs(parseTime(formatTime(seconds))! - seconds)).toBeLessThan(0.0501);
      }),
    );
  });
});

describe("parseTimeRange", () => {
  test("leaves an end open that is not given", () => {
    expect(parseTimeRange("1:30", undefined)).toEqual({ from: 90 });
    expect(parseTimeRange(null, "2:00")).toEqual({ to: 120 });
    expect(parseTimeRange(" ", null)).toEqual({});
  });

  test("gives what the options for listening take", () => {
    expect(listenOptionsSchema.parse({ ...parseTimeRange("5", "1:05.5") })).toMatchObject({ from: 5, to: 65.5 });
  });

  test("refuses a part that does not end after it begins", () => {
    expect(() => parseTimeRange("1:30", "90")).toThrow("1:30 to 1:30 is empty");
    expect(() => parseTimeRange(undefined, "0")).toThrow("0:00 to 0:00 is empty");
  });

  test("repeats a wrong text without control characters and shortened", () => {
    expect(() => parseTimeRange("one\u0007 minute and a half of it", "90")).toThrow(
      "one minute and a hal… is not a time",
    );
  });
});
