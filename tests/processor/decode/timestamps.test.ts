import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLICK_SECONDS, CLICKS, clickTimes, findClicks } from "../../support/clicks.ts";
import { lavfi, makeMedia, mediaFolder } from "../../support/media.ts";

const limits = decodeLimits({});
const folder = mediaFolder();
let clicks: string;

beforeAll(() => {
  clicks = makeMedia(folder.path, "clicks.wav", lavfi(CLICKS, CLICK_SECONDS));
});
afterAll(() => folder.remove());

const make = (name: string, args: readonly string[]) => makeMedia(folder.path, name, args);
const without = (from: number, to: number) => `aselect=not(between(t\\,${from}\\,${to}))`;

/** Codecs and containers, and the seconds of silence that the codec puts before the sound and the container does not declare. */
const CONTAINERS: readonly (readonly [name: string, codec: readonly string[], delay: number])[] = [
  ["opus.webm", ["-c:a", "libopus"], 0],
  ["vorbis.webm", ["-c:a", "libvorbis"], 0],
  ["opus.ogg", ["-c:a", "libopus", "-page_duration", "20000"], 0],
  ["vorbis.ogg", ["-c:a", "libvorbis", "-page_duration", "20000"], 0],
  ["aac.mp4", ["-c:a", "aac"], 0],
  ["mp3.mp4", ["-c:a", "libmp3lame"], 0],
  ["aac.mov", ["-c:a", "aac"], 0],
  ["alac.mov", ["-c:a", "alac"], 0],
  ["aac.mkv", ["-c:a", "aac"], 1024 / 44_100],
  ["flac.mkv", ["-c:a", "flac"], 0],
  ["aac.ts", ["-c:a", "aac"], 1024 / 44_100],
  ["mp2.ts", ["-c:a", "mp2"], 481 / 44_100],
];

async function expectClicks(path: string, times: readonly number[], part = {}) {
  const { channels, notices } = await decode(path, limits, { part });
  const found = findClicks(channels);
  const late = found.map((time) => Math.min(...times.map((true_) => Math.abs(time - true_))));
  expect(Math.max(...late)).toBeLessThan(0.005);
  expect(Math.abs(found.length - times.length)).toBeLessThanOrEqual(1); // one may begin on the border
  expect(notices).toEqual([]);
}

describe.each(CONTAINERS)("%s keeps each click within 5 ms of its timestamp", (name, codec, delay) => {
  const delayed = (times: readonly number[]) => times.map((time) => time + delay);

  test("without a gap", () => expectClicks(make(`whole-${name}`, ["-i", clicks, ...codec]), delayed(clickTimes())));

  test.each([
    [8, 8.5],
    [8, 10.05],
    [3.9, 15.1],
  ])("with a gap from %d to %d s", async (from, to) => {
    const path = make(`gap-${to}-${name}`, ["-i", clicks, "-af", without(from, to), ...codec]);
    await expectClicks(path, delayed(clickTimes(from, to)));
  });

  test("in a part of it", async () => {
    const path = make(`part-${name}`, ["-i", clicks, "-af", without(8, 8.5), ...codec]);
    const times = delayed(clickTimes(8, 8.5)).map((time) => time - 7.3);
    await expectClicks(
      path,
      times.filter((time) => time >= 0 && time < 5.3),
      { from: 7.3, to: 12.6 },
    );
  });
});

describe.each([
  ["mp4", ["-c:v", "libx264", "-c:a", "aac"]],
  ["mov", ["-c:v", "libx264", "-c:a", "alac"]],
  ["mkv", ["-c:v", "libx264", "-c:a", "flac"]],
  ["webm", ["-c:v", "libvpx", "-c:a", "libvorbis"]],
  ["ts", ["-c:v", "libx264", "-c:a", "aac"]],
])("sound that starts later than its video in %s", (extension, codecs) => {
  test.each([0.7, 3.2])("by %d s keeps its place", async (offset) => {
    const video = ["-f", "lavfi", "-t", "24", "-i", "testsrc=s=64x64:r=25"];
    const sound = ["-itsoffset", String(offset), "-i", clicks, "-map", "0:v", "-map", "1:a"];
    const path = make(`late-${offset}.${extension}`, [...video, ...sound, ...codecs]);
    await expectClicks(
      path,
      clickTimes().map((time) => time + offset),
    );
  });
});

describe("a part of a recording", () => {
  test.each(["wav", "flac", "mp3"])("is decoded to its limits in a %s", async (extension) => {
    const path = make(`limits.${extension}`, ["-i", clicks]);
    const { duration } = await decode(path, limits, { part: { from: 7.3, to: 12.6 } });
    expect(duration).toBeCloseTo(5.3, 4);
    await expectClicks(
      path,
      clickTimes()
        .slice(15, 25)
        .map((time) => time - 7.3),
      { from: 7.3, to: 12.6 },
    );
  });

  test("ends with the recording", async () => {
    const { duration, notices } = await decode(clicks, limits, { part: { from: 15, to: 50 } });
    expect([duration, notices]).toEqual([expect.closeTo(5, 3), []]);
  });

  test("may lie in a recording that is too long as a whole", async () => {
    const short = { ...limits, maxMinutes: 0.1 };
    await expect(decode(clicks, short)).rejects.toMatchObject({ code: "audioTooLong" });
    expect((await decode(clicks, short, { part: { from: 10, to: 14 } })).duration).toBeCloseTo(4, 3);
    await expect(decode(clicks, short, { part: { from: 2, to: 14 } })).rejects.toMatchObject({ code: "audioTooLong" });
  });

  test.each(["wav", "ogg"])("is refused where it begins after the end of a %s", async (extension) => {
    const path = make(`outside.${extension}`, ["-i", clicks]);
    await expect(decode(path, limits, { part: { from: 30 } })).rejects.toMatchObject({ code: "partOutside" });
  });
});
