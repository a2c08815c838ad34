import { type PlayOptions, playOptionsSchema } from "@groovesheet/jobs/options.ts";
import { layTimeline } from "@groovesheet/processor/play/timeline.ts";
import type { Measure, Score } from "@groovesheet/processor/score.ts";
import Fraction from "fraction.js";
import { expect, test } from "vitest";

/** A measure of quarters, each as long as its `beats` say, in seconds. */
function measure(number: number, startTime: number, beats: readonly number[], whole = beats.length): Measure {
  let time = startTime;
  const placed = beats.map((seconds, index) => {
    const beat = { onset: new Fraction(index, 4), time };
    time += seconds;
    return beat;
  });
  return {
    number,
    pickup: beats.length < whole,
    meter: { beats: whole, beatType: 4 },
    length: new Fraction(beats.length, 4),
    showMeter: false,
    startTime,
    duration: time - startTime,
    beats: placed,
    voices: [],
  };
}

function timelineOf(measures: readonly Measure[], duration: number, options: Partial<PlayOptions> = {}) {
  const score = { title: "", measures, pieces: [], dropped: [] } as unknown as Score;
  const picture = { width: 1, height: 1, grey: new Uint8Array(1) };
  const strips = measures.map(({ beats }, index) => ({
    picture,
    staffTop: 0,
    measures: [{ index, beats: beats.map((_, beat) => 100 * (beat + 1)) }],
  }));
  return layTimeline(score, strips, duration, playOptionsSchema.parse(options));
}

const rounded = (times: readonly { readonly time: number }[]) => times.map(({ time }) => Math.round(time * 100) / 100);

test("one bar is counted in before the first beat, and the recording waits for it", () => {
  const { marks, clicks, lead, duration } = timelineOf([measure(1, 0.3, [0.5, 0.5, 0.5, 0.5])], 3);
  expect(lead).toBeCloseTo(1.8);
  expect(duration).toBeCloseTo(4.8);
  expect(rounded(clicks)).toEqual([0.1, 0.6, 1.1, 1.6]);
  expect(clicks.map(({ accent }) => accent)).toEqual([true, false, false, false]);
  expect(rounded(marks)).toEqual([0, 0.1, 0.6, 1.1, 1.6, 2.1, 2.6, 3.1, 3.6, 4.1]);
  expect(marks.map(({ label }) => (label ? `${label.kind} ${label.number}` : ""))).toEqual([
    "",
    ...["count 1", "count 2", "count 3", "count 4"],
    ...["bar 1", "bar 1", "bar 1", "bar 1"],
    "",
  ]);
});

test("a recording with a long start is not delayed", () => {
  const { clicks, lead } = timelineOf([measure(1, 5, [0.5, 0.5, 0.5])], 7);
  expect(lead).toBe(0);
  expect(rounded(clicks)).toEqual([3.5, 4, 4.5]);
});

test("before a pickup the count-in goes on until the pickup begins", () => {
  const bars = [measure(0, 0, [0.5], 4), measure(1, 0.5, [0.5, 0.5, 0.5, 0.5])];
  const { clicks, marks } = timelineOf(bars, 3);
  expect(rounded(clicks)).toEqual([0.1, 0.6, 1.1, 1.6, 2.1, 2.6, 3.1]);
  expect(clicks.map(({ accent }) => accent)).toEqual([true, false, false, false, true, false, false]);
  expect(marks.filter(({ label }) => label?.kind === "count").map(({ label }) => label!.number)).toEqual([
    1, 2, 3, 4, 1, 2, 3,
  ]);
});

test("every beat is clicked where it was played, through a change of meter and of tempo", () => {
  const bars = [measure(1, 1, [0.25, 0.25, 0.25, 0.25]), measure(2, 2, [0.5, 0.6, 0.7]), measure(3, 3.8, [1, 1])];
  const { clicks } = timelineOf(bars, 6, { click: "on" });
  expect(rounded(clicks.slice(4))).toEqual(
    rounded([1, 1.25, 1.5, 1.75, 2, 2.5, 3.1, 3.8, 4.8].map((t) => ({ time: t + 0.1 }))),
  );
  expect(clicks.map(({ accent }, n) => (accent ? n : -1)).filter((n) => n >= 0)).toEqual([0, 4, 8, 11]);
});

test("without clicks the recording begins at once", () => {
  const { clicks, lead } = timelineOf([measure(1, 0, [0.5, 0.5])], 2, { click: "off" });
  expect(clicks).toEqual([]);
  expect(lead).toBe(0);
});

test("at half speed everything comes at twice the time", () => {
  const { clicks, duration } = timelineOf([measure(1, 1, [0.5, 0.5])], 2, { speed: 50 });
  expect(rounded(clicks)).toEqual([0.2, 1.2]);
  expect(duration).toBeCloseTo(4.2);
});

test("beats after the end of the recording are left out", () => {
  const { marks, duration } = timelineOf([measure(1, 1, [0.5, 0.5]), measure(2, 2, [0.5, 0.5])], 2.2);
  expect(marks.every(({ time }) => time < duration)).toBe(true);
  expect(marks.at(-1)!.label).toEqual({ kind: "bar", number: 2 });
});
