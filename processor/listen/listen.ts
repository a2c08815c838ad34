import type { Device } from "@groovesheet/jobs/devices.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Hit } from "@groovesheet/jobs/performance.ts";
import { listenerModel } from "../../models/registry.ts";
import { type CoarseSpectrum, coarseSpectrum } from "../coarse-spectrum.ts";
import { createSession } from "../inference.ts";
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

/** Evidence of beats and bars. */
interface Pulse {
  /** frames per second */
  readonly fps: number;
  /** 0..1 per frame: a beat is here */
  readonly beat: Float32Array;
  /** 0..1 per frame: a downbeat is here */
  readonly downbeat: Float32Array;
  /** what sounds, on which harmony changes with the bars */
  readonly spectrum: CoarseSpectrum;
}

export interface Heard extends Pulse {
  /** in order of time */
  readonly hits: readonly Hit[];
  /** in order of time: what is too uncertain to be a hit */
  readonly candidates: readonly Hit[];
  /** name and version of the network */
  readonly model: string;
  readonly device: Device;
}

/**
 * Seconds from the first sample of a hit, which the network was trained to find, to the time that people annotate: between
 * the medians of the original and of the corrected annotations of the recordings in docs/accuracy.md.
 */
const ATTACK = 0.003;
/** windows of 150 s that a GPU processes at once */
const GPU_BATCH = 8;
/**
 * A recording has drums if this number of hits lies within this number of seconds, each with at least this confidence. Speech
 * and singing have a few such hits per minute.
 */
const DRUMS = { hits: 4, seconds: 10, confidence: 0.8 } as const;

/** The output of the network for a recording. */
export interface Hearing {
  readonly activations: Activations;
  readonly spectrum: CoarseSpectrum;
  readonly device: Device;
}

/** @returns frames × BANDS, the input of the network */
export function spectrogramOf({ channels }: Recording): Promise<Float32Array> {
  return logSpectrogram(channels, loudnessGain(channels), Math.round(ATTACK * SAMPLE_RATE));
}

/**
 * Finds every hit, and the activations of beats and downbeats.
 *
 * @param spectrogram of `spectrogramOf`
 * @param mix the network's output for the mix, if the recording was separated from one. A separator removes some hits and
 *   invents others, and other instruments mask some and imitate others, so the mean of both is used. Beats are taken from
 *   the mix, where bass and chords show the bars.
 * @throws UserError noDrums if there are none, deviceUnavailable if no device works
 */
export async function listen(spectrogram: Float32Array, options: ListenOptions, mix?: Hearing): Promise<Heard> {
  const heard = await hear(spectrogram, options);
  const { activations, device } = heard;
  const { hits, candidates } = findHits(mix ? meanOf(activations, mix.activations) : activations);
  if (!hasDrums(hits)) throw new UserError("noDrums");
  const { name, version } = activations.card;
  return { hits, candidates, ...pulseOf(mix ?? heard), model: `${name} ${version}`, device };
}

/**
 * Runs the network on a recording.
 *
 * @param spectrogram of `spectrogramOf`
 * @throws UserError deviceUnavailable if no device works
 */
export async function hear(spectrogram: Float32Array, options: ListenOptions): Promise<Hearing> {
  const model = await listenerModel();
  const session = await createSession(model.path, { devices: options.devices, onLog: options.onLog });
  const activations = await runNetwork(model, session, spectrogram, {
    batch: session.device === "cpu" ? 1 : GPU_BATCH,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return { activations, spectrum: coarseSpectrum(spectrogram), device: session.device };
}

/** Of two recordings of the same length. */
function meanOf(a: Activations, b: Activations): Activations {
  const mean = (x: Float32Array, y: Float32Array) => x.map((value, i) => (value + y[i]!) / 2);
  return { ...a, activations: mean(a.activations, b.activations), velocity: mean(a.velocity, b.velocity) };
}

function pulseOf({ activations, spectrum }: Hearing): Pulse {
  const [beat, downbeat] = [activationOf(activations, "beat"), activationOf(activations, "downbeat")];
  return { fps: FPS, beat, downbeat, spectrum };
}

function hasDrums(hits: readonly Hit[]): boolean {
  const times = hits.filter((hit) => hit.confidence >= DRUMS.confidence).map((hit) => hit.time);
  return times.some((time, i) => (times[i + DRUMS.hits - 1] ?? Number.POSITIVE_INFINITY) - time <= DRUMS.seconds);
}
