import { notate } from "@groovesheet/processor/notate/notate.ts";
import { describe, expect, test } from "vitest";
import { describe as asText } from "./describe.ts";
import { perform, type Song, withOptions } from "./performances.ts";

const sixteenths = "[kh]hhh [sh]hhh [kh]h[kh]h [sh]hhh";

/** Delays every second sixteenth, so that the first of a pair lasts for this share of it. */
function swung(song: Song, ratio: number) {
  const performance = perform(song);
  const eighth = 30 / (song.bpm ?? 100);
  const late = (time: number) => {
    const part = ((time - 0.5) / eighth) % 1;
    return Math.abs(part - 0.5) < 0.01 ? time + (ratio - 0.5) * eighth : time;
  };
  return { ...performance, hits: performance.hits.map((hit) => ({ ...hit, time: late(hit.time) })) };
}

describe("swung sixteenths", () => {
  const score = notate(swung({ bpm: 90, bars: Array(4).fill(sixteenths) }, 0.62), withOptions());

  test("they are written straight, and the page says how they are played", () => {
    expect(asText(score)[0]).toBe(Array(16).fill("s").join(" "));
    expect(score.swing?.unit).toBe("16th");
    expect(score.swing?.ratio).toBeCloseTo(0.62, 2);
    expect(score.measures[0]!.feel).toBe("swing");
  });

  test("when they are straight or as good as straight, nothing swings", () => {
    for (const ratio of [0.5, 0.54]) {
      expect(notate(swung({ bpm: 90, bars: Array(4).fill(sixteenths) }, ratio), withOptions()).swing).toBeUndefined();
    }
  });
});

describe("a player who is behind or ahead of the beat", () => {
  const song: Song = { bpm: 120, bars: Array(8).fill(sixteenths) };
  const exact = perform(song);

  test.each([-0.04, 0.04])(
    "when by %d s all the time, the page is the same, and bars begin where the player does",
    (offset) => {
      const score = notate(
        { ...exact, hits: exact.hits.map((hit) => ({ ...hit, time: hit.time + offset })) },
        withOptions(),
      );
      expect(asText(score)).toEqual(asText(notate(exact, withOptions())));
      expect(score.measures[4]!.startTime).toBeCloseTo(0.5 + 4 * 2 + offset, 2);
    },
  );

  test("when more and more so, the page is the same", () => {
    const drift = (time: number) => time + 0.03 * Math.sin(time / 4);
    const hits = exact.hits.map((hit) => ({ ...hit, time: drift(hit.time) }));
    expect(asText(notate({ ...exact, hits }, withOptions()))).toEqual(asText(notate(exact, withOptions())));
  });
});

describe("triplets", () => {
  test("when a straight song has a triplet fill, the fill alone is in triplets", () => {
    const bars = [...Array(3).fill("[kh]h [sh]h [kh]h [sh]h"), "sss 111 222 444"];
    const score = notate(perform({ bars, bpm: 110 }), withOptions());
    expect(asText(score).map((bar) => bar.includes("("))).toEqual([false, false, false, true]);
    expect(score.swing).toBeUndefined();
  });

  test("when a shuffle has one, it is in triplets, and the shuffle in eighths", () => {
    const bars = [...Array(3).fill("[kd]d [sd]d [kd]d [sd]d"), "[kd]d [sd]d 123 444"];
    const score = notate(perform({ bars, bpm: 110, swing: 2 / 3 }), withOptions());
    expect(asText(score)[3]).toBe("e e e e (e e e) (e e e)");
    expect(score.swing?.unit).toBe("eighth");
  });

  test("when a shuffle has a hit between the quarter and the third of a beat, it is in a triplet", () => {
    const song = perform({ bars: Array(6).fill("[kh]h [sh]h [kh]h [sh]h"), bpm: 110, swing: 0.62 });
    const between = { time: 0.5 + 8.28 * (60 / 110), piece: "hihatClosed" as const, velocity: 0.7, confidence: 0.9 };
    const score = notate({ ...song, hits: [...song.hits, between] }, withOptions());
    expect(asText(score)[2]).toBe("(e e e) e e e e e e");
  });
});

describe("a hit between the positions of the others", () => {
  const song = perform({ bars: Array(4).fill("[kh]h [sh]h [kh]h [sh]h"), bpm: 110 });
  const beside = (confidence: number) => {
    const stray = { time: 0.5 + 8.4 * (60 / 110), piece: "tambourine" as const, velocity: 0.6, confidence };
    return asText(notate({ ...song, hits: [...song.hits, stray] }, withOptions()))[2]!;
  };

  test("when its confidence is high, it has a place of its own", () => {
    expect(beside(0.97)).toContain("t");
  });

  test("when its confidence is low, it changes no rhythm", () => {
    expect(beside(0.4)).toBe("e e e e e e e e");
  });
});
