import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLICK_SECONDS, CLICKS, clickTimes, findClicks } from "../../support/clicks.ts";
import { lavfi, makeMedia, mediaFolder } from "../../support/media.ts";

const limits = decodeLimits({});
const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
let wav: Buffer;
let mp3: Buffer;
let dataAt: number;

beforeAll(() => {
  wav = readFileSync(makeMedia(folder.path, "clicks.wav", lavfi(CLICKS, CLICK_SECONDS)));
  mp3 = readFileSync(makeMedia(folder.path, "clicks.mp3", ["-i", at("clicks.wav")]));
  dataAt = wav.indexOf("data") + 8;
});
afterAll(() => folder.remove());

function save(name: string, ...parts: readonly Uint8Array[]): string {
  writeFileSync(at(name), Buffer.concat(parts));
  return at(name);
}

/** A copy with other sizes in its header. */
function resized(bytes: Buffer, data: number, riff?: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(data, dataAt - 4);
  if (riff !== undefined) copy.writeUInt32LE(riff, 4);
  return copy;
}

async function expectAllClicks(path: string, times = clickTimes()) {
  const { channels, notices } = await decode(path, limits);
  const found = findClicks(channels);
  expect(found).toHaveLength(times.length);
  expect(Math.max(...found.map((time, i) => Math.abs(time - times[i]!)))).toBeLessThan(0.03);
  expect(notices).toEqual([]);
}

describe("a WAV is whole, whatever size its header states", () => {
  const whole = () => wav.length - dataAt;
  test.each([
    ["0", () => resized(wav, 0)],
    ["0 in both places", () => resized(wav, 0, 0)],
    ["0x7fffffff", () => resized(wav, 0x7fff_ffff)],
    ["0x7fffffff in both places", () => resized(wav, 0x7fff_ffff, 0x7fff_ffff)],
    ["0x80000000", () => resized(wav, 0x8000_0000)],
    ["0xffffffff", () => resized(wav, 0xffff_ffff, 0xffff_ffff)],
    ["0xfffffffe", () => resized(wav, 0xffff_fffe, 0xffff_fffe)],
    ["a byte too much", () => resized(wav, whole() + 1)],
    ["5000 bytes too much", () => resized(wav, whole() + 5000)],
    ["seconds too much, but not in the file's own size", () => resized(wav, whole() + 400_000)],
    ["half of it, as after a crash of the recorder", () => resized(wav, whole() / 2)],
  ])("size %s", async (name, make) => {
    await expectAllClicks(save(`size-${name}.wav`, make()));
  });

  test("ends where its header says if other chunks follow", async () => {
    const list = Buffer.from("LIST\x04\0\0\0INFO", "latin1");
    await expectAllClicks(save("list.wav", wav, list));
  });
});

describe("an MP3 is whole, whatever is around it", () => {
  const zeros = Buffer.alloc(300_000);
  const page = Buffer.from("<html>not found</html>".repeat(2000));
  const twice = () => [...clickTimes(), ...clickTimes().map((time) => time + CLICK_SECONDS + 0.062)]; // as encoders pad

  const cases: readonly { name: string; make: () => readonly Uint8Array[]; times?: () => number[] }[] = [
    { name: "zeros behind", make: () => [mp3, zeros] },
    { name: "zeros in front", make: () => [zeros, mp3] },
    { name: "a web page behind", make: () => [mp3, page] },
    { name: "a web page in front", make: () => [page, mp3] },
    { name: "joined twice", make: () => [mp3, mp3], times: twice },
    { name: "joined with junk between", make: () => [mp3, Buffer.alloc(1000, "x"), mp3], times: twice },
  ];
  test.each(cases)("$name", async ({ name, make, times = clickTimes }) => {
    await expectAllClicks(save(`${name}.mp3`, ...make()), times());
  });

  test("mono and stereo joined, whose length FFmpeg estimates at three times too much", async () => {
    const mono = makeMedia(folder.path, "mono.mp3", ["-i", at("clicks.wav"), "-ac", "1", "-b:a", "64k"]);
    const loud = makeMedia(folder.path, "loud.mp3", ["-i", at("clicks.wav"), "-b:a", "320k"]);
    await expectAllClicks(save("mixed.mp3", readFileSync(mono), readFileSync(loud)), twice());
  });

  test("variable bit rate without a header that states its length", async () => {
    await expectAllClicks(makeMedia(folder.path, "vbr.mp3", ["-i", at("clicks.wav"), "-q:a", "2", "-write_xing", "0"]));
  });
});

describe("what is known to be missing is said, with its length", () => {
  const cut = (name: string, bytes: Buffer, share: number) =>
    save(name, bytes.subarray(0, Math.floor(share * bytes.length)));
  const make = (name: string, args: readonly string[] = []) =>
    readFileSync(makeMedia(folder.path, name, ["-i", at("clicks.wav"), ...args]));

  test.each<readonly [string, () => string]>([
    ["a WAV", () => cut("cut.wav", wav, 0.6)],
    ["a FLAC", () => cut("cut.flac", make("whole.flac"), 0.6)],
    ["an MP3", () => cut("cut.mp3", mp3, 0.6)],
    ["an MP4 whose index is in front", () => cut("cut.mp4", make("whole.mp4", ["-movflags", "+faststart"]), 0.6)],
    ["a Matroska file", () => cut("cut.mkv", make("whole.mkv"), 0.6)],
  ])("the end of %s", async (_, file) => {
    const { duration, channels, notices } = await decode(file(), limits);
    expect(findClicks(channels).length).toBeGreaterThan(18);
    expect(notices).toEqual([{ code: "endMissing", facts: { seconds: expect.any(Number) } }]);
    expect(duration + Number(notices[0]!.facts.seconds)).toBeCloseTo(CLICK_SECONDS, 0);
  });

  test.each(["flac", "mkv", "mp4"])("a hole in the middle of a %s, which stays silent", async (kind) => {
    const bytes = make(`hole.${kind}`, kind === "mp4" ? ["-movflags", "+faststart"] : []);
    bytes.fill(0, Math.floor(0.5 * bytes.length), Math.floor(0.6 * bytes.length));
    const { channels, notices } = await decode(save(`hole2.${kind}`, bytes), limits);
    expect(notices.map(({ code }) => code)).toEqual(["middleMissing"]);
    const last = findClicks(channels).at(-1)!;
    expect(Math.abs(last - 19.75)).toBeLessThan(0.03);
  });

  test("is nothing where the length is not stated: an Ogg file", async () => {
    const { duration, notices } = await decode(cut("cut.ogg", make("whole.ogg"), 0.6), limits);
    expect([duration > 8, notices]).toEqual([true, []]);
  });

  test("refuses a file of which less than a second is left", async () => {
    await expect(decode(cut("stump.flac", make("stump0.flac"), 0.138), limits)).rejects.toMatchObject({
      code: "audioDamaged",
      facts: { expected: CLICK_SECONDS },
    });
  });
});
