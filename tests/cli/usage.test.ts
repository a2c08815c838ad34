import { expect, test } from "vitest";
import { groovesheet } from "../support/command-line.ts";

const WRONG: readonly (readonly [args: readonly string[], message: string])[] = [
  [["transcribe", "a.mp3", "--loud"], "error: unknown option '--loud'"],
  [["transcribe"], "error: missing required argument 'file'"],
  [["sing"], "error: unknown command 'sing'"],
  [["transcribe", "a.mp3", "--bpm", "0"], "'--bpm <n>' argument '0' is invalid. It must be a number from 40 to 240."],
  [["transcribe", "a.mp3", "--bpm", "fast"], "It must be a number from 40 to 240."],
  [["transcribe", "a.mp3", "--bpm", ""], "It must be a number from 40 to 240."],
  [["transcribe", "a.mp3", "--from", "1:75"], "It must be a time like 1:30, 90 or 1:30.5."],
  [["transcribe", "a.mp3", "--from", "1:30", "--to", "90"], "error: The part must end after it begins"],
  [["transcribe", "a.mp3", "--meter", "4/5"], "It must be a meter like 4/4 or 6/8."],
  [
    ["transcribe", "a.mp3", "--formats", "pdf,doc"],
    "It must be a list of: musicxml, mxl, midi, pdf, png, json, gp, tab, video, chart, minus-one.",
  ],
  [["transcribe", "a.mp3", "--device", "tpu"], "It must be a list of: cuda, webgpu, cpu."],
  [["transcribe", "a.mp3", "--separation", "maybe"], "Allowed choices are auto, on, off."],
  [["transcribe", "a.mp3", "--title", "  "], "It must have 1 to 200 characters."],
  [["notate", "a.performance.json", "--shift-downbeat", "x"], "It must be a whole number from -16 to 16."],
  [["notate", "a.performance.json", "--half-time", "--double-time"], "cannot be used with option"],
  [["play", "a.mp3", "--speed", "60"], "Allowed choices are 50, 75, 90, 100."],
  [["play", "a.mp3", "--max-mb", "none"], "It must be a number from 0.01 to 10000."],
  [["notate", "a.performance.json", "--formats", "minus-one"], "--formats minus-one needs the recording"],
  [["notate", "a.performance.json", "--formats", "video"], "--formats video needs --recording <file>"],
  [["notate", "a.performance.json", "--grid", "7"], "Allowed choices are auto, 8, 16, 32, 8t, 16t."],
];

test.each(WRONG)("%j ends with exit code 2 and says what is wrong", async (args, message) => {
  const result = await groovesheet(args);
  expect(result.stderr).toContain(message);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect([result.status, result.stdout]).toEqual([2, ""]);
});

test("reports invalid environment variables with exit code 2", async () => {
  const result = await groovesheet(["transcribe", "a.mp3"], { env: { GROOVESHEET_MAX_MINUTES: "many" } });
  expect(result.stderr).toBe('error: GROOVESHEET_MAX_MINUTES must be a positive number, not "many"\n');
  expect(result.status).toBe(2);
});

test("--help and --version print to standard output and exit with 0", async () => {
  const help = await groovesheet(["transcribe", "--help"]);
  expect([help.status, help.stderr]).toEqual([0, ""]);
  for (const option of ["--out", "--separation", "--title", "--bpm", "--meter", "--formats", "--device", "--quiet"]) {
    expect(help.stdout).toContain(option);
  }
  const version = await groovesheet(["--version"]);
  expect([version.status, version.stdout.trim()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});
