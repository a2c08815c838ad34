import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform, release } from "node:os";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { ENCODER_ADVICE, filesNeeding, missingEncoders } from "@groovesheet/processor/encoders.ts";
import { findFfmpeg } from "@groovesheet/processor/ffmpeg.ts";
import { availableDevices, runtimeVersion } from "@groovesheet/processor/inference.ts";
import { isolation } from "@groovesheet/processor/isolation.ts";
import { isSeparationAvailable } from "@groovesheet/processor/separate/separate.ts";
import { type CounterCard, counterModel, isIntact, listenerModel, type Model } from "../models/registry.ts";

export interface DoctorFlags {
  readonly json?: boolean;
}

interface Finding {
  readonly name: string;
  /** wrong: every transcription needs it; absent: optional */
  readonly state: "good" | "absent" | "wrong";
  readonly text: string;
  /** how to fix it */
  readonly advice?: string;
}

const MARKS = { good: "ok  ", absent: "--  ", wrong: "BAD " } as const;

/**
 * `groovesheet doctor`: checks what is installed and how to fix what is missing.
 *
 * @returns the exit code: 1 if something is missing that every transcription needs
 */
export async function doctorCommand(version: string, { json }: DoctorFlags): Promise<number> {
  const findings: readonly Finding[] = [
    { name: "GrooveSheet", state: "good", text: version },
    checkNode(),
    ...(await checkFfmpeg()),
    checkIsolation(),
    ...(await checkDevices()),
    await checkModel("Listener", listenerModel),
    await checkModel("Counter", counterModel),
    checkFonts(),
    checkSeparation(),
    checkRedis(),
  ];
  if (json) console.log(JSON.stringify({ findings }, null, 2));
  else for (const finding of findings) console.log(line(finding));
  return findings.some(({ state }) => state === "wrong") ? 1 : 0;
}

function line({ name, state, text, advice }: Finding): string {
  return `${MARKS[state]}${name.padEnd(12)} ${text}${advice ? `\n${" ".repeat(17)}${advice}` : ""}`;
}

function checkNode(): Finding {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  const text = `${process.versions.node} on ${platform()} ${release()} ${arch()}`;
  if (major > 20 || (major === 20 && minor >= 20)) return { name: "Node", state: "good", text };
  return { name: "Node", state: "wrong", text, advice: "Install Node 20.20 or later." };
}

async function checkFfmpeg(): Promise<Finding[]> {
  const name = "FFmpeg";
  try {
    const path = findFfmpeg();
    const text = firstLine(path, ["-version"]);
    if (text !== undefined) return [{ name, state: "good", text: `${shorten(text)} (${path})` }, await checkEncoders()];
    return [{ name, state: "wrong", text: `${path} does not run`, advice: "Install FFmpeg again." }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ name, state: "wrong", text: "not found", advice: String(error.facts.advice) }];
  }
}

async function checkEncoders(): Promise<Finding> {
  const name = "Encoders";
  const missing = await missingEncoders().catch((error: Error) => error.message);
  if (typeof missing === "string") return { name, state: "wrong", text: missing, advice: "Install FFmpeg again." };
  if (missing.length === 0) return { name, state: "good", text: "all that videos, charts and MP3 need" };
  const text = `FFmpeg lacks ${missing.join(", ")}: no ${filesNeeding(missing).join(", ")}`;
  return { name, state: "absent", text, advice: ENCODER_ADVICE };
}

function checkIsolation(): Finding {
  const name = "Isolation";
  const kind = isolation();
  if (kind === "bubblewrap") return { name, state: "good", text: "FFmpeg: no network, read-only (bubblewrap)" };
  const advice = "For files of strangers: install bubblewrap (Debian: apt-get install bubblewrap).";
  if (kind === "unshare") return { name, state: "absent", text: "FFmpeg: no network, but files can be read", advice };
  return { name, state: "absent", text: "FFmpeg has resource limits only", advice };
}

/** The CPU is needed; a device that is missing beside it only makes things slower. */
async function checkDevices(): Promise<Finding[]> {
  const states = await availableDevices();
  const used = states.find(({ missing }) => missing === undefined);
  return states.map(({ device, missing }) => {
    const name = device.toUpperCase();
    if (missing !== undefined) return { name, state: device === "cpu" ? "wrong" : "absent", text: missing };
    return { name, state: "good", text: `onnxruntime ${runtimeVersion()}${used?.device === device ? ", used" : ""}` };
  });
}

async function checkModel(name: string, read: () => Promise<Model<CounterCard>>): Promise<Finding> {
  const advice = "Fetch the project's files again (git checkout models).";
  try {
    const model = await read();
    const text = `${model.card.name} ${model.card.version}`;
    if (await isIntact(model)) return { name, state: "good", text: `${text}, weights as published` };
    return { name, state: "wrong", text: `${text}: the weights are not those of its card`, advice };
  } catch {
    return { name, state: "wrong", text: "missing or damaged", advice };
  }
}

function checkFonts(): Finding {
  try {
    const file = createRequire(import.meta.url).resolve("@expo-google-fonts/tinos/package.json");
    if (existsSync(file)) return { name: "Fonts", state: "good", text: "Tinos for text, Leland for music" };
  } catch {
    // not installed: reported below
  }
  return { name: "Fonts", state: "wrong", text: "the text font is missing", advice: "Run `npm ci`." };
}

function checkSeparation(): Finding {
  if (isSeparationAvailable()) return { name: "Separation", state: "good", text: "HTDemucs is installed" };
  const advice = "For --separation on: npm run setup:separation (weights for personal and research use only).";
  return { name: "Separation", state: "absent", text: "not installed", advice };
}

function checkRedis(): Finding {
  const text = firstLine("redis-server", ["--version"]);
  if (text !== undefined) return { name: "Redis", state: "good", text: shorten(text) };
  const advice = "Only the bot needs it: install redis-server or set REDIS_URL.";
  return { name: "Redis", state: "absent", text: "no redis-server on the PATH", advice };
}

function firstLine(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}

function shorten(text: string): string {
  return text.split(/ Copyright| sha=/)[0]!;
}
