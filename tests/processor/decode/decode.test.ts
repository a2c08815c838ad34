import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describeNotice } from "@groovesheet/jobs/notices.ts";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cutFile, lavfi, makeMedia, mediaFolder, TONES } from "../../support/media.ts";

const RATE = 44_100;
/** FFmpeg's encoder of WMA begins with a frame of silence and does not declare it; timestamps are rounded to 1 ms. */
const WMA_DELAYS = Array.from({ length: 100 }, (_, i) => -(1960 + i));
const limits = decodeLimits({});
const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
const make = (name: string, args: readonly string[]) => makeMedia(folder.path, name, args);
const tagged = ["-metadata", "title=Träumerei = #1; \\ two", "-metadata", "artist=Clara"];
let tones: string;
let reference: readonly Float32Array[];

beforeAll(async () => {
  tones = make("tones.wav", [...lavfi(TONES, 12), ...tagged]);
  reference = (await decode(tones, limits)).channels;
});
afterAll(() => folder.remove());

/** Root mean square of a channel, sample by sample less another where one is given. */
function level(channel: Float32Array, less?: Float32Array): number {
  const squares = channel.reduce((sum, value, i) => sum + (value - (less?.[i] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / channel.length);
}

/** The channel as it is when its first samples are lost (or, negative, preceded by silence). */
function shifted(channel: Float32Array, lag: number): Float32Array {
  const moved = new Float32Array(channel.length);
  moved.set(lag > 0 ? channel.subarray(lag) : channel.subarray(0, channel.length + lag), Math.max(0, -lag));
  return moved;
}

describe("the same recording in any container decodes to the same length, sound and tags", () => {
  const video = ["-f", "lavfi", "-t", "12", "-i", "color=c=red:s=64x64:r=10"];
  const containers: readonly (readonly [name: string, args: readonly string[], error: number])[] = [
    ["flac.flac", [], 1e-4],
    ["aiff.aiff", ["-write_id3v2", "1"], 1e-4],
    ["mp3.mp3", ["-b:a", "192k"], 0.02],
    ["m4a.m4a", ["-b:a", "192k"], 0.02],
    ["vorbis.ogg", ["-q:a", "7"], 0.02],
    ["opus.opus", ["-b:a", "192k"], 0.03],
    ["wma.wma", ["-b:a", "192k"], 0.03],
    ["video.mp4", [...video, "-b:a", "192k", "-map", "0:a", "-map", "1:v"], 0.02],
    ["video.mov", [...video, "-b:a", "192k", "-map", "0:a", "-map", "1:v"], 0.02],
    ["video.webm", [...video, "-b:a", "192k", "-map", "0:a", "-map", "1:v"], 0.03],
  ];
  test.each(containers)("%s", async (name, args, error) => {
    const delays = name === "wma.wma" ? WMA_DELAYS : [0];
    const recording = await decode(make(name, ["-i", tones, ...args, ...tagged]), limits);
    expect(Math.abs(recording.duration + delays.at(-1)! / RATE - 12)).toBeLessThan(0.03);
    expect(recording.channels).toHaveLength(2);
    for (const [c, channel] of recording.channels.entries()) {
      expect(Math.min(...delays.map((delay) => level(channel, shifted(reference[c]!, delay))))).toBeLessThan(error);
      expect(level(channel) / level(reference[c]!)).toBeCloseTo(1, 1);
    }
    expect(recording).toMatchObject({ title: "Träumerei = #1; \\ two", artist: "Clara", notices: [] });
  });
});

describe("any sample rate and number of channels becomes mono or stereo at 44 100 Hz", () => {
  test.each([
    ["8 kHz mono", ["-ar", "8000", "-ac", "1"], 1],
    ["96 kHz stereo", ["-ar", "96000"], 2],
    ["192 kHz 7.1", ["-ar", "192000", "-ac", "8"], 2],
    ["48 kHz 5.1", ["-ar", "48000", "-ac", "6"], 2],
  ])("%s", async (name, args, channels) => {
    const recording = await decode(make(`${name.replaceAll(" ", "-")}.wav`, ["-i", tones, ...args]), limits);
    expect(recording.channels).toHaveLength(channels);
    expect(recording.channels.every(({ length }) => Math.abs(length - 12 * RATE) < 50)).toBe(true);
    expect(recording.channels.every((channel) => level(channel) > 0.02)).toBe(true);
  });

  test("mixes 11 channels without a known layout", async () => {
    const eleven = Array.from({ length: 11 }, (_, i) => `0.2*sin(${300 + i}*t)`).join("|");
    const { channels } = await decode(make("eleven.wav", lavfi(`aevalsrc=${eleven}`, 2)), limits);
    expect(channels.map((channel) => level(channel) > 0.05)).toEqual([true, true]);
  });

  test("refuses a damaged header with more channels than any recording has", async () => {
    const path = make("thousands.wav", lavfi("sine", 2));
    const bytes = readFileSync(path);
    bytes.writeUInt16LE(40_000, 22);
    writeFileSync(path, bytes);
    await expect(decode(path, limits)).rejects.toMatchObject({ code: "notAudio" });
  });

  test("repairs floats over full scale and values that are not numbers", async () => {
    const hot = make("hot.wav", [...lavfi("aevalsrc=2*sin(440*t)", 2), "-c:a", "pcm_f32le"]);
    const bytes = readFileSync(hot);
    bytes.writeFloatLE(Number.NaN, bytes.length - 4000);
    writeFileSync(hot, bytes);
    const { channels } = await decode(hot, limits);
    const peak = channels[0]!.reduce((loudest, value) => Math.max(loudest, Math.abs(value)), 0);
    expect(peak).toBeCloseTo(1, 4);
    expect(channels[0]!.every(Number.isFinite)).toBe(true);
  });
});

describe("a file whose end is missing", () => {
  test("gives a notice if a little is missing", async () => {
    const whole = make("nearly.flac", ["-i", tones]);
    const recording = await decode(cutFile(readFileSync(whole), 0.97, at("nearlyCut.flac")), limits);
    expect(recording.duration).toBeGreaterThan(11.4);
    expect(recording.notices.map(describeNotice)).toEqual([
      expect.stringMatching(/^The file is cut off: its last 0\.\d s could not be read/),
    ]);
  });

  test("is not assumed for a WAV that was written to a pipe and states no length", async () => {
    const args = ["-v", "error", "-i", tones, "-f", "wav", "pipe:1"];
    writeFileSync(at("piped.wav"), execFileSync("ffmpeg", args, { maxBuffer: 1e8 }));
    expect((await decode(at("piped.wav"), limits)).duration).toBeCloseTo(12, 2);
  });

  test("is not assumed for a video whose sound ends before its pictures", async () => {
    const video = ["-f", "lavfi", "-t", "20", "-i", "color=c=red:s=64x64:r=5"];
    const recording = await decode(make("longer.mp4", ["-i", tones, ...video]), limits);
    expect([recording.duration, recording.notices]).toEqual([expect.closeTo(12, 1), []]);
  });
});

describe("a hostile file can access nothing but itself", () => {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url!);
    response.end(readFileSync(at("part.aac")));
  });
  beforeAll(async () => {
    make("part.aac", ["-i", tones]);
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => server.close());

  test.each([
    ["list.m3u8", () => "#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\npart.aac\n#EXT-X-ENDLIST\n"],
    ["list.mp3", () => "ffconcat version 1.0\nfile part.aac\n"],
    ["net.m3u8", (link: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n${link}\n#EXT-X-ENDLIST\n`],
    ["list.wma", (link: string) => `<asx version="3.0"><entry><ref href="${link}"/></entry></asx>`],
    ["list.webm", (link: string) => `<MPD><Period><BaseURL>${link}</BaseURL></Period></MPD>`],
    ["list.wav", () => "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"],
  ])("a playlist named %s", async (name, text) => {
    const { port } = server.address() as { port: number };
    writeFileSync(at(name), text(`http://127.0.0.1:${port}/part.aac`));
    await expect(decode(at(name), limits)).rejects.toMatchObject({ code: "notAudio" });
    expect(asked).toEqual([]);
  });

  test("refuses megabytes packed into kilobytes", async () => {
    const packed = gzipSync(Buffer.alloc(100_000_000));
    for (const bytes of [packed, gzipSync(packed)]) {
      writeFileSync(at("bomb.wav"), bytes);
      await expect(decode(at("bomb.wav"), limits)).rejects.toMatchObject({ code: "notAudio" });
    }
  });

  test("ignores subtitles beside the sound and refuses subtitles alone", async () => {
    writeFileSync(at("words.srt"), "1\n00:00:00,000 --> 00:00:02,000\n<script>x</script>\n");
    await expect(decode(make("words.mkv", ["-i", at("words.srt")]), limits)).rejects.toMatchObject({
      code: "noAudioStream",
    });
    const both = make("both.mkv", ["-i", tones, "-i", at("words.srt"), "-c:s", "srt"]);
    expect((await decode(both, limits)).duration).toBeCloseTo(12, 1);
  });

  test("ignores a picture of megabytes in the tags", async () => {
    const cover = make("cover.png", ["-f", "lavfi", "-i", "nullsrc=s=1500x1500,geq=random(1)*255", "-frames:v", "1"]);
    expect(readFileSync(cover).length).toBeGreaterThan(2_000_000);
    const args = ["-i", tones, "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"];
    expect((await decode(make("cover.mp3", args), limits)).duration).toBeCloseTo(12, 1);
  });

  test("opens a file whose name looks like an option or a protocol", async () => {
    writeFileSync(at("-i concat:a|b.wav"), readFileSync(tones));
    expect((await decode(at("-i concat:a|b.wav"), limits)).duration).toBe(12);
  });

  test("cleans and shortens a title of control characters and endless length", async () => {
    const title = `\u202Etxt\u0007 line\nbreak ${"x".repeat(5000)}`;
    const recording = await decode(make("title.flac", ["-i", tones, "-metadata", `title=${title}`]), limits);
    expect(recording.title).toMatch(/^txt line break x+$/);
    expect(recording.title).toHaveLength(200);
  });
});

describe("limits", () => {
  test("refuse a stated length over the limit without decoding", async () => {
    const start = performance.now();
    await expect(decode(tones, { ...limits, maxMinutes: 0.1 })).rejects.toMatchObject({ code: "audioTooLong" });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("stop decoding when an unstated length reaches the limit", async () => {
    const aac = make("unstated.aac", ["-i", tones]);
    await expect(decode(aac, { ...limits, maxMinutes: 0.1 })).rejects.toMatchObject({ code: "audioTooLong" });
  });

  test("bound FFmpeg's memory", async () => {
    if (process.platform !== "linux") return; // no other system keeps a limit on address space
    await expect(decode(tones, { ...limits, maxDecoderMegabytes: 20 })).rejects.toMatchObject({ name: "UserError" });
  });

  test("come from the environment, and nonsense in it is an error", () => {
    expect(decodeLimits({ GROOVESHEET_MAX_MINUTES: "3.5" }).maxMinutes).toBe(3.5);
    expect(() => decodeLimits({ GROOVESHEET_MAX_MINUTES: "many" })).toThrow("GROOVESHEET_MAX_MINUTES");
    expect(() => decodeLimits({ GROOVESHEET_MAX_MEGABYTES: "-1" })).toThrow("GROOVESHEET_MAX_MEGABYTES");
  });

  test("do not delay an abort, which throws the signal's reason", async () => {
    const controller = new AbortController();
    const long = make("long.wav", ["-stream_loop", "49", "-i", tones, "-c", "copy"]);
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(decode(long, limits, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
    await expect(decode(long, limits, { signal: controller.signal })).rejects.toThrow("enough");
  });
});
