import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Hit } from "@groovesheet/jobs/performance.ts";
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
interface Pulse {
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

/** What the network answers to a recording. */
export interface Impression {
  readonly activations: Activations;
  readonly device: Device;
}

/**
 * Hears every hit, and where the beats may be.
 *
 * @param mix what was heard in the mix that a recording of drums was separated from. A separator leaves out some strokes and
 *   makes up others, a band hides some and mimics others: what counts is the mean of both. Beats are those of the mix, in
 *   which bass and chords tell where bars begin.
 * @throws UserError noDrums where there are none, deviceUnavailable where no device works
 */
export async function listen(recording: Recording, options: ListenOptions, mix?: Impression): Promise<Heard> {
  const { activations, device } = await hear(recording, options);
  const hits = findHits(mix ? meanOf(activations, mix.activations) : activations);
  if (!soundsLikeDrums(hits)) throw new UserError("noDrums");
  const { name, version } = activations.card;
  return { hits, ...pulseOf(mix?.activations ?? activations), model: `${name} ${version}`, device };
}

/**
 * What the network answers, before hits are found in it.
 *
 * @throws UserError deviceUnavailable where no device works
 */
export async function hear({ channels }: Recording, options: ListenOptions): Promise<Impression> {
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

/** Of two recordings of the same length. */
function meanOf(a: Activations, b: Activations): Activations {
  const mean = (x: Float32Array, y: Float32Array) => x.map((value, i) => (value + y[i]!) / 2);
  return { ...a, activations: mean(a.activations, b.activations), velocity: mean(a.velocity, b.velocity) };
}

function pulseOf(activations: Activations): Pulse {
  return { fps: FPS, beat: activationOf(activations, "beat"), downbeat: activationOf(activations, "downbeat") };
}

function soundsLikeDrums(hits: readonly Hit[]): boolean {
  const times = hits.filter((hit) => hit.confidence >= SURE).map((hit) => hit.time);
  return times.some((time, i) => times[i + FEWEST - 1] !== undefined && times[i + FEWEST - 1]! - time <= SPAN);
}
