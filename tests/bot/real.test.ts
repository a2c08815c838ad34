import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/discord/server.ts";
import type { StoredMessage } from "../support/discord/world.ts";
import { hasRedis } from "../support/redis.ts";
import { Stage } from "../support/stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const recording = join(root, "examples/backbeat.ogg");

/** The real network on a real recording, in processes of their own. */
describe.skipIf(!hasRedis)("the real road", () => {
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
    const env = { ...process.env, ...stage.environment({ LOG_LEVEL: "info" }) };
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

  test("GIVEN a recording, and a processor that is killed over it THEN another one makes a score of it", async () => {
    const first = startProcessor();
    const data = await readFile(recording);
    const asked = stage.discord.command(ann(), "transcribe", {
      file: { name: "backbeat.ogg", type: "audio/ogg", data },
    });
    await until(() => asked.ackMs);
    expect(asked.ackMs).toBeLessThan(1000);
    await until(() => /job begins/.test(said.log), 30_000);
    first.kill("SIGKILL");
    await once(first, "exit");
    startProcessor();
    score = await stage.score(() => stage.discord.original(asked), 120_000);
    await stage.settled();
    expect(score.message.content).toMatch(/♩ = \d+ · 4\/4/);
    expect(score.message.content).toMatch(/Kick \d+/);
  }, 180_000);

  test("GIVEN the answer THEN its picture is a score and its files are what they say", () => {
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
    expect(file(score, ".pdf").subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("GIVEN half time and another grid THEN the same message shows them within seconds", async () => {
    const tempo = () => Number(/♩\.? = (\d+)/.exec(score.message.content)?.[1]);
    const before = tempo();
    const began = Date.now();
    stage.discord.press(ann(), score, "half");
    await until(() => Math.abs(tempo() - before / 2) <= 1, 30_000);
    expect(Date.now() - began).toBeLessThan(20_000);
    await stage.settled();
    stage.discord.press(ann(), score, "detail", ["8"]);
    await stage.settled(30_000);
    expect(decodePicture(file(score, "-1.png")).width).toBeGreaterThan(800);
  });
});

function decodePicture(png: Buffer): { width: number; height: number; pixels: Buffer } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const options = ["-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"];
  const { stdout } = spawnSync("ffmpeg", options, { input: png, maxBuffer: 1e9 });
  if (stdout.byteLength !== width * height) throw new Error("the picture cannot be decoded");
  return { width, height, pixels: stdout };
}
