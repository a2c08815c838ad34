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
