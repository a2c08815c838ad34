import type { Model } from "../../models/registry.ts";
import type { Session } from "../inference.ts";
import type { OnProgress } from "../recording.ts";
import { BANDS } from "./features.ts";
import type { Activations } from "./hits.ts";

/** frames of which the network's answer is kept: so many bound its memory */
const CHUNK = 6000;
/** frames that it hears before and after, and whose answer is thrown away: as much as a crop that it was trained on */
const CONTEXT = 1200;

/**
 * Runs the network over a song of any length in overlapping chunks.
 *
 * @param spectrogram frames × BANDS
 * @throws the signal's reason where it is aborted between two chunks
 */
export async function runNetwork(
  model: Model,
  session: Session,
  spectrogram: Float32Array,
  { onProgress, signal }: { onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Activations> {
  const { card } = model;
  const frames = spectrogram.length / BANDS;
  const activations = new Float32Array(frames * card.outputs.activations.length);
  const velocity = new Float32Array(frames * card.outputs.velocity.length);
  for (let start = 0; start < frames; start += CHUNK) {
    signal?.throwIfAborted();
    const from = Math.max(0, start - CONTEXT);
    const end = Math.min(frames, start + CHUNK);
    const to = Math.min(frames, end + CONTEXT);
    const data = spectrogram.subarray(from * BANDS, to * BANDS);
    const out = await session.run({ [card.input]: { data, dims: [1, to - from, BANDS] } });
    copyRows(out.activations!.data, activations, card.outputs.activations.length, { from, start, end });
    copyRows(out.velocity!.data, velocity, card.outputs.velocity.length, { from, start, end });
    onProgress?.(end / frames);
  }
  return { card, frames, activations, velocity };
}

function copyRows(
  chunk: Float32Array,
  whole: Float32Array,
  columns: number,
  { from, start, end }: { from: number; start: number; end: number },
): void {
  whole.set(chunk.subarray((start - from) * columns, (end - from) * columns), start * columns);
}
