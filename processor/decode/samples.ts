import { Conditioner, Polarity } from "./conditioning.ts";

/** What is kept of two channels: both, or half their sum or half their difference, which need half the memory. */
export type Kept = "channels" | "mean" | "difference";

export interface CollectedSamples {
  /** of equal length: one, or as many as there are where `channels` are kept */
  readonly channels: readonly Float32Array[];
  /** one of two channels is inverted, so that their difference and not their mean has what is in both */
  readonly isInverted: boolean;
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Cleans and collects interleaved little-endian float samples, one or two channels, from a stream of bytes. */
export class SampleCollector {
  readonly #conditioners: readonly Conditioner[];
  readonly #polarity = new Polarity();
  readonly #kept: Kept;
  readonly #collected: Float32Array[];
  #length = 0;
  /** where a chunk is taken apart, again and again: thousands of short-lived arrays would cost more than the work itself */
  #scratch = new Uint8Array(0);
  #blocks: readonly Float32Array[] = [];
  /** bytes at the start of `#scratch` that are less than a frame */
  #rest = 0;

  /**
   * @param channels how many samples make a frame: 1 or 2
   * @param sampleRate Hz
   * @param expected frames that are likely to come; more are taken too
   */
  constructor(channels: number, sampleRate: number, expected: number, kept: Kept = "channels") {
    this.#conditioners = Array.from({ length: channels }, () => new Conditioner(sampleRate));
    this.#kept = channels === 1 ? "channels" : kept;
    const outputs = this.#kept === "channels" ? channels : 1;
    this.#collected = Array.from({ length: outputs }, () => new Float32Array(Math.max(expected, 1)));
  }

  /** Frames so far. */
  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    const count = this.#conditioners.length;
    const bytes = this.#rest + chunk.length;
    const frames = Math.floor(bytes / (BYTES * count));
    this.#reserveScratch(bytes);
    this.#scratch.set(chunk, this.#rest);
    const interleaved = new Float32Array(this.#scratch.buffer, 0, frames * count);
    const block = this.#conditioners.map((conditioner, c) => {
      const samples = this.#blocks[c]!.subarray(0, frames);
      for (let i = 0; i < frames; i++) samples[i] = interleaved[i * count + c]!;
      return conditioner.clean(samples);
    });
    this.#keep(block);
    const used = frames * BYTES * count;
    this.#scratch.copyWithin(0, used, bytes);
    this.#rest = bytes - used;
  }

  /** What was kept; the collector must not be used after it. */
  finish(): CollectedSamples {
    const channels = this.#collected.map((channel) => channel.subarray(0, this.#length));
    return { channels, isInverted: this.#polarity.isInverted };
  }

  #keep(block: readonly Float32Array[]): void {
    const [left, right] = block;
    const frames = left!.length;
    if (right) this.#polarity.add(left!, right);
    this.#reserve(this.#length + frames);
    if (this.#kept === "channels") {
      for (const [c, samples] of block.entries()) this.#collected[c]!.set(samples, this.#length);
    } else {
      const sign = this.#kept === "mean" ? 1 : -1;
      const into = this.#collected[0]!.subarray(this.#length);
      for (let i = 0; i < frames; i++) into[i] = (left![i]! + sign * right![i]!) / 2;
    }
    this.#length += frames;
  }

  #reserveScratch(bytes: number): void {
    if (bytes <= this.#scratch.length) return;
    const grown = new Uint8Array(BYTES * Math.ceil(bytes / BYTES));
    grown.set(this.#scratch.subarray(0, this.#rest));
    this.#scratch = grown;
    this.#blocks = this.#conditioners.map(() => new Float32Array(grown.length / BYTES / this.#conditioners.length));
  }

  #reserve(frames: number): void {
    for (const [c, channel] of this.#collected.entries()) {
      if (frames <= channel.length) continue;
      const grown = new Float32Array(Math.max(frames, Math.ceil(channel.length * 1.5)));
      grown.set(channel.subarray(0, this.#length));
      this.#collected[c] = grown;
    }
  }
}
