import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeUserError } from "@groovesheet/jobs/errors.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandOptions, type CommandResult, groovesheet } from "../support/command-line.ts";
import { cutFile, EXAMPLE, lavfi, makeMedia, makeSpeech, mediaFolder, TONES } from "../support/media.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
let tones: string;

beforeAll(() => {
  tones = makeMedia(folder.path, "tones.wav", lavfi(TONES, 12));
  chmodSync(folder.path, 0o755);
});
afterAll(() => folder.remove());

/** Transcribes into an empty folder and returns what is left in it. */
async function transcribe(path: string, options: CommandOptions = {}): Promise<CommandResult & { left: string[] }> {
  const out = at(`out-${Math.random().toString(36).slice(2)}`);
  mkdirSync(out);
  chmodSync(out, 0o777);
  const result = await groovesheet(["transcribe", path, "--out", out], options);
  return { ...result, left: readdirSync(out) };
}

/** What a person sees of a failure: one line with the file's name and a sentence, nothing on standard output. */
function expectRefused(result: CommandResult & { left: string[] }, line: string | RegExp): void {
  const lines = result.stderr.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(line);
  if (typeof line === "string") expect(lines.at(-1)).toBe(line);
  expect(result.stdout).toBe("");
  expect(result.stderr).not.toMatch(/^\s+at |Error:|node:internal/m);
  expect(result.left).toEqual([]);
  expect(result.status).toBe(1);
}

describe("recordings that cannot be used are refused in one sentence with exit code 1", () => {
  test("a path that does not exist", async () => {
    expectRefused(await transcribe(at("nowhere.mp3")), "nowhere.mp3: There is no such file.");
  });

  test("a folder", async () => {
    expectRefused(await transcribe(folder.path), /: This is not a file\.$/);
  });

  test("no permission to read", async () => {
    const path = at("secret.wav");
    writeFileSync(path, readFileSync(tones));
    chmodSync(path, 0o000);
    const result = await transcribe(path, isRoot ? { uid: NOBODY } : {});
    expectRefused(result, "secret.wav: The file cannot be read: permission denied.");
  });

  test("an empty file", async () => {
    writeFileSync(at("empty.mp3"), "");
    expectRefused(await transcribe(at("empty.mp3")), "empty.mp3: The file is empty (0 bytes).");
  });

  test("text named .mp3", async () => {
    writeFileSync(at("text.mp3"), "These are words and no music.\n".repeat(2000));
    expectRefused(await transcribe(at("text.mp3")), `text.mp3: ${describeUserError("notAudio", {})}`);
  });

  test("a truncated m4a whose index was at its end", async () => {
    const whole = makeMedia(folder.path, "whole.m4a", ["-i", tones]);
    const result = await transcribe(cutFile(readFileSync(whole), 0.6, at("cut.m4a")));
    const sentence = describeUserError("indexMissing", {});
    expectRefused(result, `cut.m4a: ${sentence}`);
  });

  test("a video without sound", async () => {
    const path = makeMedia(folder.path, "silent.mp4", lavfi("color=c=red:s=64x64", 3));
    expectRefused(await transcribe(path), `silent.mp4: ${describeUserError("noAudioStream", { streams: "video" })}`);
  });

  test("0.2 s", async () => {
    const path = makeMedia(folder.path, "short.wav", lavfi(TONES, 0.2));
    expectRefused(
      await transcribe(path),
      `short.wav: ${describeUserError("audioTooShort", { seconds: 0.2, minimum: 1 })}`,
    );
  });

  test("pure silence", async () => {
    const path = makeMedia(folder.path, "silence.mp3", lavfi("anullsrc=r=44100", 5));
    expectRefused(await transcribe(path), "silence.mp3: The recording is silent.");
  });

  test("speech without drums", async () => {
    expectRefused(await transcribe(makeSpeech(folder.path)), `speech.wav: ${describeUserError("noDrums", {})}`);
  });
});

describe("a truncated recording is transcribed as far as it goes, with a notice", () => {
  test.each([
    ["mp3", []],
    ["m4a", ["-movflags", "+faststart"]],
  ])("%s", async (extension, args) => {
    const whole = makeMedia(folder.path, `whole.${extension}`, ["-i", EXAMPLE, "-t", "20", ...args]);
    const result = await transcribe(cutFile(readFileSync(whole), 0.6, at(`cut.${extension}`)));
    expect(result.stderr).toMatch(/^cut\.m(p3|4a): The file is cut off: its last [78](\.\d)? s could not be read\.$/m);
    expect([result.status, result.left.includes("cut.musicxml")]).toEqual([0, true]);
  });
});

describe("refuses a recording over the limit early", () => {
  const sentence = describeUserError("audioTooLong", { maximum: 20 });
  const twoHours = (name: string, xing: string) => {
    const noise = makeMedia(folder.path, "noise.mp3", [...lavfi("anoisesrc=a=0.3:r=24000", 20), "-b:a", "8k"]);
    return makeMedia(folder.path, name, ["-stream_loop", "359", "-i", noise, "-c", "copy", "-write_xing", xing]);
  };

  test("2 h of noise that states its length", async () => {
    const result = await transcribe(twoHours("noise2h.mp3", "1"));
    expectRefused(result, `noise2h.mp3: ${sentence}`);
    expect(result.seconds).toBeLessThan(30); // decoding it takes minutes
  });

  test("2 h of noise that states no length", async () => {
    expectRefused(await transcribe(twoHours("unstated.mp3", "0")), `unstated.mp3: ${sentence}`);
  });

  test("a limit that the person sets", async () => {
    const result = await transcribe(tones, { env: { GROOVESHEET_MAX_MINUTES: "0.1" } });
    expectRefused(result, `tones.wav: ${describeUserError("audioTooLong", { maximum: 0.1 })}`);
  });

  test("a file over the size limit", async () => {
    const result = await transcribe(tones, { env: { GROOVESHEET_MAX_MEGABYTES: "1" } });
    expectRefused(result, `tones.wav: ${describeUserError("fileTooLarge", { megabytes: 3, maximum: 1 })}`);
  });
});

describe("leaves nothing in a folder that is not writable", () => {
  test("an output folder that is a file", async () => {
    const result = await groovesheet(["transcribe", EXAMPLE, "--out", tones]);
    const sentence = `backbeat.ogg: Cannot write to the folder ${tones}: there is a file of that name.\n`;
    expect([result.status, result.stderr]).toEqual([1, sentence]);
  });

  test("an output folder without permission", async () => {
    const locked = at("locked");
    mkdirSync(locked, { mode: 0o555 });
    const result = await groovesheet(["transcribe", EXAMPLE, "--out", locked], isRoot ? { uid: NOBODY } : {});
    expect(result.stderr).toBe(`backbeat.ogg: Cannot write to the folder ${locked}: permission denied.\n`);
    expect([result.status, readdirSync(locked)]).toEqual([1, []]);
  });

  test("a full disk", async ({ skip }) => {
    const disk = at("disk");
    mkdirSync(disk);
    const mounted = isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", disk]).status === 0;
    if (!mounted) skip("only a root may mount a small disk");
    try {
      const result = await groovesheet(["transcribe", EXAMPLE, "--out", disk]);
      expect(result.stderr.trimEnd().split("\n").at(-1)).toBe(
        `backbeat.ogg: There is no space left to write to ${disk}.`,
      );
      expect([result.status, result.stdout, readdirSync(disk)]).toEqual([1, "", []]);
    } finally {
      spawnSync("umount", [disk]);
    }
  });
});

test("transcribes 8 channels at 192 kHz", async () => {
  const eight = "pan=7.1|c0=c0|c1=c1|c2=c0|c3=c1|c4=c0|c5=c1|c6=c0|c7=c1";
  const args = ["-i", EXAMPLE, "-t", "8", "-af", `aresample=192000,${eight}`];
  const path = makeMedia(folder.path, "eight.wav", args);
  const result = await transcribe(path);
  expect(result.left).toContain("eight.musicxml");
  expect(result.status).toBe(0);
});
