import { type DecodedFrame, FrameLog, placeSegments, segmentsOf } from "@groovesheet/processor/decode/timeline.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const FRAME = 0.02;
/** Frames of 20 ms with the given gaps before them: `{ 10: 0.5 }` is half a second before the eleventh. */
function frames(count: number, gaps: Readonly<Record<number, number>> = {}, jitter = 0): DecodedFrame[] {
  let time = 0;
  return Array.from({ length: count }, (_, i) => {
    time += gaps[i] ?? 0;
    return { position: i * FRAME, time: time + i * FRAME + jitter * ((i % 3) - 1) };
  });
}

describe("segmentsOf", () => {
  test("finds one segment where timestamps follow the sound, whatever their rounding", () => {
    expect(segmentsOf(frames(500, {}, 0.002), 0, 10)).toHaveLength(1);
  });

  test("starts a segment after each gap of 5 ms or more", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.0051, max: 9, noNaN: true }), fc.integer({ min: 20, max: 180 }), (gap, at) => {
        const [first, second, ...rest] = segmentsOf(frames(200, { [at]: gap }), 0, 10);
        expect([first!.position, first!.time, rest]).toEqual([0, 0, []]);
        expect(second!.position).toBeCloseTo(at * FRAME, 9);
        expect(second!.time).toBeCloseTo(at * FRAME + gap, 9);
      }),
    );
  });

  test("keeps a late start and counts from the origin", () => {
    const late = frames(50).map((frame) => ({ ...frame, time: frame.time + 2.1 }));
    expect(segmentsOf(late, 1.4, 10)).toEqual([{ position: 0, time: expect.closeTo(0.7, 9) }]);
  });

  test("ignores a single wrong timestamp", () => {
    const wrong = frames(100).map((frame, i) => (i === 40 ? { ...frame, time: 999 } : frame));
    expect(segmentsOf(wrong, 0, 10)).toHaveLength(1);
  });

  test.each([
    ["begin anew", -0.8],
    ["jump by hours", 36_000],
  ])("joins recordings whose timestamps %s", (_, jump) => {
    expect(segmentsOf(frames(100, { 50: jump }), 0, 10)).toHaveLength(1);
  });

  test("takes sound without timestamps as one segment", () => {
    expect(segmentsOf([], 1.4, 10)).toEqual([{ position: 0, time: 0 }]);
  });
});

describe("placeSegments", () => {
  const sound = Float32Array.from({ length: 10 }, (_, i) => i + 1);
  const place = (segments: Parameters<typeof placeSegments>[1], maxFrames = 100) => [
    ...placeSegments([sound], segments, 1, maxFrames)[0]!,
  ];

  test("leaves whole sound as it is", () => {
    expect(place([{ position: 0, time: 0 }])).toEqual([...sound]);
  });

  test("puts silence before a late start and into gaps", () => {
    const placed = place([
      { position: 0, time: 2 },
      { position: 4, time: 8 },
    ]);
    expect(placed).toEqual([0, 0, 1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 9, 10]);
  });

  test("cuts what lies before the start or after the end", () => {
    expect(place([{ position: 0, time: -3 }], 4)).toEqual([4, 5, 6, 7]);
    const parts = [
      { position: 0, time: -2 },
      { position: 4, time: 4 },
    ];
    expect(place(parts, 6)).toEqual([3, 4, 0, 0, 5, 6]);
  });

  test("gives nothing where all of it lies before the start", () => {
    expect(place([{ position: 0, time: -20 }])).toEqual([]);
  });
});

describe("FrameLog", () => {
  test("reads the lines of ashowinfo and no others", () => {
    const log = new FrameLog();
    const line = (pts: string) =>
      `[Parsed_ashowinfo_1 @ 0x5581] n:0 pts:${pts} pts_time:0.1 pos:5 fmt:fltp channels:2 chlayout:stereo rate:48000 nb_samples:960 checksum:00`;
    expect([line("4800"), line("NOPTS"), line("6720"), "Error while decoding"].map((text) => log.add(text))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(log.frames).toEqual([
      { position: 0, time: 0.1 },
      { position: 0.04, time: 0.14 },
    ]);
  });
});
