import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { encodeMp3, encodeOgg } from "@groovesheet/processor/decode/encode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, describe, expect, test } from "vitest";
import { burstsAt, findClicks } from "../../support/clicks.ts";
import { mediaFolder } from "../../support/media.ts";
import { soundOf } from "../../support/video.ts";

const RATE = 44_100;
const SECONDS = 8;
const TIMES = [0.5, 1.25, 3, 7.5];
const limits = decodeLimits({});
const folder = mediaFolder();
afterAll(() => folder.remove());

const clicks = burstsAt(TIMES, SECONDS);

describe.each([
  ["MP3", "sound.mp3", () => encodeMp3([clicks, clicks], RATE, { limits })],
  ["Ogg", "sound.ogg", () => encodeOgg([clicks, clicks], RATE, 0, limits)],
])("a sound as %s", (_, name, encode) => {
  const path = join(folder.path, name);

  test("begins and ends when the sound does, for FFmpeg and for our own decoder", async () => {
    writeFileSync(path, await encode());
    const own = await decode(path, limits);
    for (const channel of [soundOf(path), own.channels[0]!]) {
      expect(Math.abs(channel.length - clicks.length) / RATE).toBeLessThan(0.001);
      const found = findClicks([channel]);
      expect(found).toHaveLength(TIMES.length);
      for (const [n, time] of TIMES.entries()) expect(Math.abs(found[n]! - time)).toBeLessThan(0.001);
    }
  });
});
