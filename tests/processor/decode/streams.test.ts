import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, expect, test } from "vitest";
import { lavfi, makeMedia, mediaFolder } from "../../support/media.ts";

const limits = decodeLimits({});
const folder = mediaFolder();
afterAll(() => folder.remove());

const LOUD = lavfi("aevalsrc=0.5*sin(2*PI*440*t)", 3);
const SOFT = lavfi("aevalsrc=0.1*sin(2*PI*220*t)", 3);
const SILENT = lavfi("anullsrc=r=44100:cl=stereo", 3);
const maps = (count: number) => Array.from({ length: count }, (_, i) => ["-map", String(i)]).flat();
const isDefault = (index: number, of: number) =>
  Array.from({ length: of }, (_, i) => [`-disposition:a:${i}`, i === index ? "default" : "0"]).flat();

/** @returns amplitude of a sine */
async function levelOf(name: string, args: readonly string[]): Promise<number> {
  const { channels } = await decode(makeMedia(folder.path, name, args), limits);
  const middle = channels[0]!.subarray(44_100, 88_200);
  return Math.sqrt(2 * (middle.reduce((sum, value) => sum + value ** 2, 0) / middle.length));
}

test.each(["mkv", "mp4"])("the default stream of a %s is taken", async (extension) => {
  const args = [...SOFT, ...LOUD, ...maps(2)];
  expect(await levelOf(`second.${extension}`, [...args, ...isDefault(1, 2)])).toBeCloseTo(0.5, 1);
  expect(await levelOf(`first.${extension}`, [...args, ...isDefault(0, 2)])).toBeCloseTo(0.1, 1);
});

test.each([0, 1, 2])("a silent default stream %d gives way to one that is not silent", async (index) => {
  const inputs = [SILENT, SILENT, SILENT];
  inputs[(index + 1) % 3] = LOUD;
  expect(await levelOf(`silent-${index}.mkv`, [...inputs.flat(), ...maps(3), ...isDefault(index, 3)])).toBeCloseTo(
    0.5,
    1,
  );
});

test("a file all of whose streams are silent is silent", async () => {
  const path = makeMedia(folder.path, "silent.mkv", [...SILENT, ...SILENT, ...maps(2)]);
  await expect(decode(path, limits)).rejects.toMatchObject({ code: "audioSilent" });
});

test("an offset alone is silent", async () => {
  const path = makeMedia(folder.path, "offset.wav", lavfi("aevalsrc=0.1|0.2", 3));
  await expect(decode(path, limits)).rejects.toMatchObject({ code: "audioSilent" });
});

test.each([
  ["left and right", "0.5*sin(2*PI*440*t)|0.3*sin(2*PI*220*t)", 1],
  ["one side inverted", "0.5*sin(2*PI*440*t)|-0.4*sin(2*PI*440*t)", 1],
  ["one channel", "0.5*sin(2*PI*440*t)", 0],
])("as mono, a recording is the mean of its channels: %s", async (name, expression, right) => {
  const path = makeMedia(folder.path, `${name}.wav`, [...lavfi(`aevalsrc=${expression}`, 3)]);
  const { channels } = await decode(path, limits);
  const mean = channels[0]!.map((value, i) => (value + channels[right]![i]!) / 2);
  const mono = await decode(path, limits, { mono: true });
  expect(mono.channels).toEqual([mean]);
  expect(mean.some((value) => Math.abs(value) > 0.3)).toBe(true);
});
