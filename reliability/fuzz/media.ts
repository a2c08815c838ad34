import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkIsSound } from "@groovesheet/bot/links/sniff.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { type Child, openChild } from "@groovesheet/processor/sandbox/child.ts";
import { ChildFault } from "@groovesheet/processor/sandbox/fault.ts";
import { lavfi, makeMedia, TONES } from "../../tests/support/media.ts";
import { pick } from "../random.ts";
import { eachOf, type Findings, openTally, type Tally } from "./tally.ts";

const FORMATS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["wav", []],
  ["flac", []],
  ["mp3", []],
  ["ogg", ["-c:a", "libvorbis"]],
  ["opus", ["-c:a", "libopus"]],
  ["m4a", ["-c:a", "aac"]],
  ["aiff", []],
  ["webm", ["-c:a", "libopus"]],
  ["wma", ["-c:a", "wmav2"]],
  ["avi", ["-c:a", "libmp3lame"]],
];
const SECONDS = 2;
const AT_ONCE = 2;
/** The limits of a real job, with less time: these files last seconds. */
const CHILD_LIMITS = { seconds: 60, secondsPerMinute: 60, megabytes: 1500, tasks: 500, silentSeconds: 60 };
/** milliseconds for the bot's check of a file */
const SNIFF_MS = 5000;

/** Sends recordings of ten formats with all kinds of damage through the bot's file check and the processor's decoder. */
export async function fuzzMedia(count: number, random: () => number): Promise<Findings> {
  const tally = openTally("mutated media files");
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-fuzz-"));
  const children = Array.from({ length: AT_ONCE }, () =>
    openChild(new URL("./decoder.ts", import.meta.url), CHILD_LIMITS, "ignore"),
  );
  try {
    const sound = FORMATS.map(([name, args]) =>
      makeMedia(folder, `whole.${name}`, [...lavfi(TONES, SECONDS), "-metadata", "title=Tones", ...args]),
    );
    const whole = await Promise.all(sound.map((path) => readFile(path)));
    await eachOf(count, AT_ONCE, async (index, lane) => {
      const place = index % FORMATS.length;
      const path = join(folder, `${index}.${FORMATS[place]![0]}`);
      await writeFile(path, mutate(whole[place]!, whole, random));
      await sniff(path, tally);
      await decodeIn(children[lane]!, path, tally);
      await rm(path);
    });
  } finally {
    await Promise.all(children.map((child) => child.close()));
    await rm(folder, { recursive: true });
  }
  return tally.end();
}

async function sniff(path: string, tally: Tally): Promise<void> {
  const startedAt = performance.now();
  await checkIsSound(path, "", true).catch((error: unknown) => {
    if (!(error instanceof UserError)) tally.complain(`the look at a file threw ${String(error)}`);
  });
  if (performance.now() - startedAt > SNIFF_MS) tally.complain("the look at a file took too long");
}

async function decodeIn(child: Child, path: string, tally: Tally): Promise<void> {
  const options = {
    listen: listenOptionsSchema.parse({}),
    notate: notateOptionsSchema.parse({}),
    formats: [],
    devices: [],
    limits: decodeLimits({}),
  };
  const listeners = { onProgress: () => {}, onLog: () => {}, signal: new AbortController().signal };
  try {
    await child.run({ kind: "transcribe", path, options }, listeners);
    tally.count("decoded");
  } catch (error) {
    if (error instanceof UserError) tally.count(error.code);
    else if (error instanceof ChildFault && error.code !== "internal") tally.count(`child ${error.code}`);
    else tally.complain(`${path}: ${String(error).slice(0, 300)}`);
  }
}

type Mutation = (bytes: Buffer, random: () => number, others: readonly Buffer[]) => Buffer;

const EXTREMES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const HEADER = 512;

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const flips = 1 + Math.floor(random() * 64);
    for (let flip = 0; flip < flips; flip++) bytes[at(bytes, random)]! ^= 1 << Math.floor(random() * 8);
    return bytes;
  },
  function flipHeader(bytes, random) {
    for (let flip = 0; flip < 8; flip++) bytes[Math.floor(random() * Math.min(HEADER, bytes.length))] = random() * 256;
    return bytes;
  },
  function extremeSize(bytes, random) {
    const place = Math.floor(random() * Math.min(HEADER, bytes.length - 4));
    const value = pick(random, EXTREMES);
    if (random() < 0.5) bytes.writeUInt32LE(value, place);
    else bytes.writeUInt32BE(value, place);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, at(bytes, random));
  },
  function loseHead(bytes, random) {
    return bytes.subarray(at(bytes, random));
  },
  function zeroes(bytes, random) {
    const from = at(bytes, random);
    return bytes.fill(0, from, Math.min(bytes.length, from + Math.floor(random() * 4096)));
  },
  function noise(bytes, random) {
    const from = at(bytes, random);
    for (let place = from; place < Math.min(bytes.length, from + 2048); place++) bytes[place] = random() * 256;
    return bytes;
  },
  function repeatPart(bytes, random) {
    const from = at(bytes, random);
    const part = bytes.subarray(from, from + 8192);
    return Buffer.concat([bytes.subarray(0, from), part, part, part, bytes.subarray(from)]);
  },
  function splice(bytes, random, others) {
    const other = pick(random, others);
    return Buffer.concat([bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))]);
  },
];

function mutate(whole: Buffer, others: readonly Buffer[], random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(whole);
  for (let times = 1 + Math.floor(random() * 3); times > 0 && bytes.length > 8; times--) {
    bytes = Buffer.from(pick(random, MUTATIONS)(bytes, random, others));
  }
  return bytes;
}

function at(bytes: Buffer, random: () => number): number {
  return Math.floor(random() * bytes.length);
}
