import type { Model } from "../../models/registry.ts";
import type { OnProgress } from "../recording.ts";
import type { Session } from "../session.ts";
import { BANDS } from "./features.ts";
import type { Activations } from "./hits.ts";

/** A song of up to this number of frames is one window. */
const LONGEST = 18_000;
/** frames of a longer song whose output is kept per run; this bounds the memory, and 15,000 are computed for 9,000 */
const CHUNK = 9000;
/** frames of context before and after, whose output is discarded; what lies farther away hardly matters */
const CONTEXT = 3000;

/** Part of a song: the network reads frames from `from` up to `to`; its output is kept from `start` up to `end`. */
interface FrameWindow {
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly to: number;
}

export interface NetworkOptions {
  /** windows of the same length per run: one at a time leaves a GPU idle, several only cost memory on a CPU */
  readonly batch?: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the network over a song of any length in overlapping windows.
 *
 * @param spectrogram frames × BANDS
 * @throws the signal's reason if it is aborted between two runs
 */
export async function runNetwork(
  model: Model,
  session: Session,
  spectrogram: Float32Array,
  { batch = 1, onProgress, signal }: NetworkOptions = {},
): Promise<Activations> {
  const { card } = model;
  const frames = spectrogram.length / BANDS;
  const activations = new Float32Array(frames * card.outputs.activations.length);
  const velocity = new Float32Array(frames * card.outputs.velocity.length);
  for (const windows of batches(windowsOf(frames), batch)) {
    signal?.throwIfAborted();
    const inputs = windows.map(({ from, to }) => spectrogram.subarray(from * BANDS, to * BANDS));
    const dims = [windows.length, lengthOf(windows[0]!), BANDS];
    const out = await session.run({ [card.input]: { data: concatenate(inputs), dims } });
    copyRows(out.activations!.data, activations, card.outputs.activations.length, windows);
    copyRows(out.velocity!.data, velocity, card.outputs.velocity.length, windows);
    onProgress?.(windows.at(-1)!.end / frames);
  }
  return { card, frames, activations, velocity };
}

function windowsOf(frames: number): FrameWindow[] {
  if (frames <= LONGEST) return [{ from: 0, start: 0, end: frames, to: frames }];
  return Array.from({ length: Math.ceil(frames / CHUNK) }, (_, index) => {
    const start = index * CHUNK;
    const end = Math.min(frames, start + CHUNK);
    return { from: Math.max(0, start - CONTEXT), start, end, to: Math.min(frames, end + CONTEXT) };
  });
}

/** Groups neighbours of the same length, at most `limit` in each group. */
function batches(windows: readonly FrameWindow[], limit: number): FrameWindow[][] {
  const found: FrameWindow[][] = [];
  for (const window of windows) {
    const last = found.at(-1);
    if (last && last.length < limit && lengthOf(last[0]!) === lengthOf(window)) last.push(window);
    else found.push([window]);
  }
  return found;
}

function lengthOf({ from, to }: FrameWindow): number {
  return to - from;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.length * parts[0]!.length);
  for (const [index, part] of parts.entries()) whole.set(part, index * part.length);
  return whole;
}

/** @param outputs of the windows one after the other, in rows of `columns` values */
function copyRows(outputs: Float32Array, whole: Float32Array, columns: number, windows: readonly FrameWindow[]): void {
  for (const [index, window] of windows.entries()) {
    const first = index * lengthOf(window) - window.from;
    const rows = outputs.subarray((first + window.start) * columns, (first + window.end) * columns);
    whole.set(rows, window.start * columns);
  }
}
