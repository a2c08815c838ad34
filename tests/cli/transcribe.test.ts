import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performanceSchema } from "@groovesheet/jobs/performance.ts";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { strikesIn } from "../processor/notate/midi-events.ts";
import { alignment } from "../support/alignment.ts";
import { groovesheet } from "../support/command-line.ts";
import { EXAMPLE, makeMedia, mediaFolder } from "../support/media.ts";

const RATE = 44_100;
const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
let clip: string;

beforeAll(() => {
  clip = makeMedia(folder.path, "Clip.flac", ["-i", EXAMPLE, "-t", "10", "-metadata", "title=Ten Seconds"]);
});
afterAll(() => folder.remove());

/** The first bytes of each kind of file. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  "Clip.musicxml": "<?xml",
  "Clip.mxl": "PK",
  "Clip.mid": "MThd",
  "Clip.pdf": "%PDF",
  "Clip-1.png": "\u0089PNG",
  "Clip.performance.json": '{"version":1',
};

test("writes every file of a recording and lists them on standard output", async () => {
  const result = await groovesheet(["transcribe", clip, "--out", at("all")]);
  const written = Object.keys(BEGINNINGS).map((name) => join(at("all"), name));
  expect(readdirSync(at("all")).sort()).toEqual(Object.keys(BEGINNINGS).sort());
  for (const [name, beginning] of Object.entries(BEGINNINGS)) {
    expect(readFileSync(join(at("all"), name), "latin1").slice(0, beginning.length)).toBe(beginning);
  }
  expect(
    result.stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .sort(),
  ).toEqual(written.sort());
  expect(result.stdout).toMatch(/^Clip\.flac: \d+ BPM, 4\/4, \d+ hits, 0:10 min of music/);
  for (const stage of ["decode", "listen", "track", "notate", "engrave"])
    expect(result.stderr).toContain(`Clip.flac: ${stage}\n`);
  const performance = performanceSchema.parse(
    JSON.parse(readFileSync(join(at("all"), "Clip.performance.json"), "utf8")),
  );
  expect(performance).toMatchObject({ title: "Ten Seconds", meter: "4/4" });
  expect(performance.hits.length).toBeGreaterThan(20);
  expect(result.status).toBe(0);
});

test("transcribes the other inputs when some fail, prints one JSON document, and exits with 1", async () => {
  writeFileSync(at("empty.mp3"), "");
  const args = [
    "transcribe",
    at("empty.mp3"),
    clip,
    at("none.wav"),
    "--json",
    "--formats",
    "json",
    "--out",
    at("some"),
  ];
  const result = await groovesheet([...args, "--quiet", "--title", "Mine", "--bpm", "104"]);
  const { results } = JSON.parse(result.stdout);
  expect(results).toMatchObject([
    { file: at("empty.mp3"), ok: false, error: { code: "fileEmpty", message: "The file is empty (0 bytes)." } },
    { file: clip, ok: true, written: [join(at("some"), "Clip.performance.json")], meter: "4/4", separated: false },
    { file: at("none.wav"), ok: false, error: { code: "fileNotFound" } },
  ]);
  expect(results[1].tempo).toBeCloseTo(104, 0);
  expect(result.stderr).toBe("empty.mp3: The file is empty (0 bytes).\nnone.wav: There is no such file.\n");
  expect([result.status, readdirSync(at("some"))]).toEqual([1, ["Clip.performance.json"]]);
});

test("two inputs with the same name do not overwrite each other", async () => {
  mkdirSync(at("other"));
  copyFileSync(clip, at("other/clip.flac"));
  const args = ["transcribe", clip, at("other/clip.flac"), "--formats", "midi", "--out", at("two")];
  const result = await groovesheet(args);
  expect(readdirSync(at("two")).sort()).toEqual(["Clip.mid", "clip (2).mid"]);
  expect(result.stderr).toContain(
    `${at("other/clip.flac")}: written as "clip (2)" because another input has the same name\n`,
  );
  expect(result.status).toBe(0);
});

test("reports a missing device and refuses a list of only missing devices", async () => {
  const args = ["transcribe", clip, "--formats", "midi", "--out", at("device"), "--device"];
  const cpu = await groovesheet([...args, "cpu"]);
  expect([cpu.status, cpu.stderr]).toEqual([0, expect.not.stringContaining("skipped")]);
  const cuda = await groovesheet([...args, "cuda"], { env: { CUDA_VISIBLE_DEVICES: "" } });
  if (cuda.status === 0) return; // this machine has one
  expect(cuda.stderr).toMatch(/^Clip\.flac: cuda is skipped: .+$/m);
  expect(cuda.stderr).toMatch(/^Clip\.flac: None of the devices cuda can be used here\. Add cpu to the list; .+$/m);
});

/** Does something the first time that standard error holds a text. */
function once(text: string, act: (pid: number) => void): (stderr: string, pid: number) => void {
  let done = false;
  return (stderr, pid) => {
    if (done || !stderr.includes(text)) return;
    done = true;
    act(pid);
  };
}

test("Ctrl-C stops it at once with exit code 130 and leaves no files", async () => {
  mkdirSync(at("stopped"));
  let pressed = 0;
  const result = await groovesheet(["transcribe", EXAMPLE, "--out", at("stopped")], {
    onStderr: once(": listen", (pid) => {
      pressed = performance.now();
      process.kill(pid, "SIGINT");
    }),
  });
  expect(performance.now() - pressed).toBeLessThan(3000);
  expect([result.status, result.stdout, readdirSync(at("stopped"))]).toEqual([130, "", []]);
  expect(result.stderr.trimEnd().split("\n").at(-1)).toBe("Stopped.");
});

test("apologises with an id when native code crashes and transcribes the next input", async ({ skip }) => {
  if (process.platform !== "linux") skip("finds the child process in /proc");
  const result = await groovesheet(["transcribe", clip, EXAMPLE, "--formats", "midi", "--out", at("crash")], {
    onStderr: once(": listen", (pid) => {
      const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
      process.kill(Number(child), "SIGSEGV");
    }),
  });
  expect(result.stderr).toMatch(
    /^Clip\.flac: Sorry, GrooveSheet failed here \(error [0-9a-f]{8}\)\. Run it again with /m,
  );
  expect(result.stderr).not.toMatch(/SIGSEGV|^\s+at /m);
  expect([result.status, readdirSync(at("crash"))]).toEqual([1, ["backbeat.mid"]]);
});

test("a part of a recording has the hits of that part, in MIDI and audition as well", async () => {
  const args = ["--from", "0:05", "--to", "15", "--formats", "midi,json", "--audition"];
  const result = await groovesheet(["transcribe", EXAMPLE, ...args, "--out", at("part")]);
  expect(result.status).toBe(0);
  const performance = performanceSchema.parse(
    JSON.parse(readFileSync(join(at("part"), "backbeat.performance.json"), "utf8")),
  );
  expect([performance.duration, performance.from]).toEqual([10, 5]);
  const whole = await decode(EXAMPLE, decodeLimits({}));
  const audition = await decode(join(at("part"), "backbeat.audition.mp3"), decodeLimits({}));
  expect(audition.duration).toBeCloseTo(10, 1);
  const song = whole.channels[0]!.map((value, i) => value + (whole.channels.at(-1)![i] ?? 0));
  const { similarity } = alignment(song.subarray(6 * RATE, 7 * RATE), audition.channels[0]!.subarray(RATE));
  expect(similarity).toBeGreaterThan(0.9);
  const struck = strikesIn(readFileSync(join(at("part"), "backbeat.mid"))).map(({ seconds }) => seconds);
  for (const { time } of performance.hits)
    expect(Math.min(...struck.map((seconds) => Math.abs(seconds - time)))).toBeLessThan(0.002);
});
