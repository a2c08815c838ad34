import { engraveStrips } from "@groovesheet/processor/engrave/strips/strips.ts";
import { notate } from "@groovesheet/processor/notate/notate.ts";
import { expect, test } from "vitest";
import { perform, withOptions } from "../notate/performances.ts";

test("a bar number of three digits beside the name of a section is drawn whole", async () => {
  const verse = Array(104).fill("[kh].h. [sh].h. [kh].h. [sh].h.");
  const chorus = Array(12).fill("[kd].[kd]. [4d].[4d]. [kd].k. [sd].[4d].");
  const score = notate(perform({ bpm: 160, bars: [...verse, ...chorus] }), withOptions());
  expect(score.measures.filter(({ section }) => section !== undefined).map(({ number }) => number)).toContain(105);
  for (const { picture } of await engraveStrips(score, 1280)) {
    const { width, height, grey } = picture;
    const edge = Array.from({ length: height }, (_, y) => [
      grey[y * width]!,
      grey[y * width + 1]!,
      grey[(y + 1) * width - 1]!,
    ]);
    expect(Math.min(...edge.flat())).toBe(255);
  }
});
