import { UserError } from "../../jobs/errors.ts";
import type { Hit } from "../../jobs/performance.ts";
import { listenerModel } from "../../models/registry.ts";
import { createSession, type Device } from "../inference.ts";
import type { OnProgress, Recording } from "../recording.ts";
import { FPS, logSpectrogram, loudnessGain, SAMPLE_RATE } from "./features.ts";
import { type Activations, activationOf, findHits } from "./hits.ts";
import { runNetwork } from "./network.ts";

export interface ListenOptions {
  /** in the order of preference */
  readonly devices: readonly Device[];
  readonly onProgress?: OnProgress | undefined;
  /** one line for each device that was skipped */
  readonly onLog?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where beats may be. */
export interface Pulse {
  /** frames per second */
  readonly fps: number;
  /** 0..1 per frame: a beat is here */
  readonly beat: Float32Array;
  /** 0..1 per frame: a downbeat is here */
  readonly downbeat: Float32Array;
}

export interface Heard extends Pulse {
  /** in order of time */
  readonly hits: readonly Hit[];
  /** name and version of the network */
  readonly model: string;
  readonly device: Device;
}

/**
 * Seconds from a stroke's first sample, which the network was taught to name, to where people hear and mark it: between
 * the medians of the first and of the corrected annotations of the recordings in docs/accuracy.md.
 */
const ATTACK = 0.003;
/** share of the work that the spectrogram is */
const SPECTROGRAM_SHARE = 0.4;
/** windows of 180 s that a GPU hears at once; untried on one */
const GPU_BATCH = 8;
/** Drums are there where, within so many seconds … */
const SPAN = 10;
/** … so many hits … */
const FEWEST = 4;
/** … are at least this sure. Speech and singing have a few such hits a minute. */
const SURE = 0.8;

/**
 * Hears every hit, and where the beats may be.
 *
 * @throws UserError noDrums where there are none, deviceUnavailable where no device works
 */
export async function listen(recording: Recording, options: ListenOptions): Promise<Heard> {
  const { activations, device } = await hear(recording, options);
  const hits = findHits(activations);
  if (!soundsLikeDrums(hits)) throw new UserError("noDrums");
  const { name, version } = activations.card;
  return { hits, ...pulseOf(activations), model: `${name} ${version}`, device };
}

/**
 * Hears the beats alone. Of a separated recording they are to be heard in the mix: bass and chords tell where bars begin.
 *
 * @throws UserError deviceUnavailable where no device works
 */
export async function listenForPulse(recording: Recording, options: ListenOptions): Promise<Pulse> {
  return pulseOf((await hear(recording, options)).activations);
}

async function hear(
  { channels }: Recording,
  options: ListenOptions,
): Promise<{ activations: Activations; device: Device }> {
  const model = await listenerModel();
  const session = await createSession(model.path, { devices: options.devices, onLog: options.onLog });
  const spectrogram = logSpectrogram(channels, loudnessGain(channels), Math.round(ATTACK * SAMPLE_RATE));
  options.onProgress?.(SPECTROGRAM_SHARE);
  const activations = await runNetwork(model, session, spectrogram, {
    batch: session.device === "cpu" ? 1 : GPU_BATCH,
    signal: options.signal,
    onProgress: (done) => options.onProgress?.(SPECTROGRAM_SHARE + (1 - SPECTROGRAM_SHARE) * done),
  });
  return { activations, device: session.device };
}

function pulseOf(activations: Activations): Pulse {
  return { fps: FPS, beat: activationOf(activations, "beat"), downbeat: activationOf(activations, "downbeat") };
}

function soundsLikeDrums(hits: readonly Hit[]): boolean {
  const times = hits.filter((hit) => hit.confidence >= SURE).map((hit) => hit.time);
  return times.some((time, i) => times[i + FEWEST - 1] !== undefined && times[i + FEWEST - 1]! - time <= SPAN);
}
