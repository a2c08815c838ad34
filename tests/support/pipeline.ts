/**
 * A pipeline that does not listen: it reads instructions such as `{"act":"crash"}` from the file and misbehaves accordingly.
 * Any file that is not JSON gives a score of eight bars after a moment.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { notice } from "@groovesheet/jobs/notices.ts";
import type { NotateOptions } from "@groovesheet/jobs/options.ts";
import type { DrumPerformance, Hit } from "@groovesheet/jobs/performance.ts";
import type { Artifact, PipelineOptions, RenotateOptions, Transcription } from "@groovesheet/processor/pipeline.ts";
import type { Score } from "@groovesheet/processor/score.ts";
import Fraction from "fraction.js";

export interface Orders {
  /** what to do instead of a score; "crashOnce" creates the file `mark` and crashes only if it did not exist */
  act?: "crash" | "crashOnce" | "hang" | "fill" | "bug" | "silent";
  mark?: string;
  /** milliseconds of work */
  ms?: number;
  /** milliseconds of CPU time */
  busy?: number;
  /** duration in the performance, seconds */
  duration?: number;
  pages?: number;
  /** bytes of the PDF */
  pdfBytes?: number;
  /** files that FFmpeg cannot encode, separated by commas */
  lacks?: string;
  /** file that gets a line for each job that starts */
  journal?: string;
}

const ordersOf = new WeakMap<DrumPerformance, Orders>();

export async function transcribe(path: string, options: PipelineOptions): Promise<Transcription> {
  const orders = readOrders(await readFile(path, "utf8"));
  if (orders.journal) appendFileSync(orders.journal, `${basename(path)}\n`);
  options.onLog?.("cuda is skipped: this machine has none");
  await misbehave(orders);
  const free = Date.now() + (orders.busy ?? 0);
  while (Date.now() < free) Math.sqrt(2);
  const ms = orders.ms ?? 60;
  for (let step = 1; step <= 10; step++) {
    await sleep(ms / 10, undefined, { signal: options.signal! });
    options.onProgress?.("listen", step / 10);
  }
  const performance = hear(orders, options.listen.separation === "on");
  ordersOf.set(performance, orders);
  const written = write(performance, { ...options.notate, title: options.notate.title ?? options.untitled }, orders);
  return { ...written, files: [...written.files, ...filesBeside(performance, options, path)], device: "cpu" };
}

export async function renotate(performance: DrumPerformance, options: RenotateOptions): Promise<Transcription> {
  options.onProgress?.("notate", 1);
  const title = options.notate.title ?? performance.title ?? options.untitled;
  const written = write(performance, { ...options.notate, title }, ordersOf.get(performance) ?? {});
  const { video, audition } = options;
  return video || audition ? { ...written, files: filesBeside(performance, options) } : written;
}

/** Stems of a separated recording; a video or an audition, as large as it may be, that begins with its options and its sound. */
function filesBeside(
  performance: DrumPerformance,
  { formats, video, audition }: RenotateOptions,
  path?: string,
): Artifact[] {
  const bytes = (content: string) => new TextEncoder().encode(content);
  const stem = (name: string) => ({
    suffix: `.${name}.mp3`,
    mediaType: "audio/mpeg",
    bytes: bytes(`${name} of ${readFileSync(path!, "utf8")}`),
  });
  const files: Artifact[] = [];
  if (formats.includes("minus-one") && performance.separated) files.push(stem("minus-one"), stem("drums"));
  const filled = ({ limits: _, path: heard, ...play }: NonNullable<typeof video | typeof audition>) =>
    bytes(`${JSON.stringify(play)} ${readFileSync(heard, "utf8")}`.padEnd(play.maxBytes ?? 0));
  if (video && formats.includes("video")) {
    files.push({ suffix: ".play-along.mp4", mediaType: "video/mp4", bytes: filled(video) });
  }
  if (audition) files.push({ suffix: ".audition.mp3", mediaType: "audio/mpeg", bytes: filled(audition) });
  return files;
}

function readOrders(text: string): Orders {
  // a recording may precede the instructions, so that the file is recognised as audio
  const json = /\{"[^{}]*\}\s*$/.exec(text)?.[0];
  return json ? (JSON.parse(json) as Orders) : {};
}

async function misbehave({ act, mark }: Orders): Promise<void> {
  if (act === "crash") process.kill(process.pid, "SIGSEGV");
  if (act === "crashOnce" && !existsSync(mark!)) {
    await writeFile(mark!, "");
    process.kill(process.pid, "SIGSEGV");
  }
  if (act === "crash" || act === "crashOnce") await sleep(50);
  if (act === "hang") for (;;) Math.sqrt(2);
  if (act === "fill") {
    const kept: Buffer[] = [];
    for (;;) {
      kept.push(Buffer.alloc(50_000_000, 1));
      await sleep(20);
    }
  }
  if (act === "bug") throw new Error("a bug");
  if (act === "silent") throw new UserError("audioSilent");
}

function hear(orders: Orders, separated: boolean): DrumPerformance {
  const hits: Hit[] = Array.from({ length: 32 }, (_, index) => ({
    time: index * 0.25,
    piece: (["kick", "hihatClosed", "snare", "hihatClosed"] as const)[index % 4]!,
    velocity: 0.8,
    confidence: 0.9,
  }));
  const beats = Array.from({ length: 32 }, (_, index) => ({ time: index * 0.5, position: (index % 4) + 1 }));
  return {
    version: 1,
    duration: orders.duration ?? 16,
    hits,
    beats,
    tempo: 120,
    meter: "4/4",
    separated,
    model: "fixture 1",
    notices: [],
  };
}

function write(performance: DrumPerformance, notate: NotateOptions, orders: Orders): Transcription {
  const scales = { half: 1 / 2, twoThirds: 2 / 3, same: 1, threeHalves: 3 / 2, double: 2 };
  const scale = notate.bpm === undefined ? scales[notate.tempoScale] : notate.bpm / performance.tempo;
  const [beats, beatType] = (notate.meter ?? performance.meter).split("/").map(Number) as [number, number];
  const score: Score = {
    title: notate.title ?? "Untitled",
    pieces: ["kick", "snare", "hihatClosed"],
    ...(notate.swing === "on" && { swing: { unit: "eighth" as const, ratio: 2 / 3 } }),
    dropped: [],
    revisions: [],
    measures: Array.from({ length: 8 }, (_, index) => ({
      number: index + 1,
      pickup: false,
      meter: { beats, beatType },
      length: new Fraction(beats, beatType),
      showMeter: index === 0,
      ...(index === 0 ? { tempo: { unit: new Fraction(1, 4), perMinute: performance.tempo * scale } } : {}),
      ...(index === 0 && notate.swing === "on" ? { feel: "swing" as const } : {}),
      startTime: index * 2,
      duration: 2,
      beats: [],
      voices: [],
    })),
  };
  const text = (content: string) => new TextEncoder().encode(content);
  const pages = Array.from({ length: orders.pages ?? 2 }, (_, index) => ({
    suffix: `-${index + 1}.png`,
    mediaType: "image/png",
    bytes: new Uint8Array(Buffer.from(PIXEL, "base64")),
  }));
  return {
    performance,
    score,
    notices: orders.lacks ? [notice("encoderMissing", { files: orders.lacks, encoders: "libmp3lame" })] : [],
    stageSeconds: { decode: 0.01, listen: 0.05, track: 0.01, notate: 0.01, engrave: 0.02 },
    files: [
      { suffix: ".musicxml", mediaType: "application/vnd.recordare.musicxml+xml", bytes: text("<score-partwise/>") },
      { suffix: ".mid", mediaType: "audio/midi", bytes: text("MThd") },
      { suffix: ".pdf", mediaType: "application/pdf", bytes: text("%PDF-".padEnd(orders.pdfBytes ?? 9, "x")) },
      ...pages,
    ],
  };
}

/** one white pixel */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg==";
