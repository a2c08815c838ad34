/** Collects interleaved little-endian float samples from a stream of bytes into one array a channel. */
export class SampleCollector {
  readonly #channels: Float32Array[];
  #length = 0;
  #rest: Buffer = Buffer.alloc(0);

  /**
   * @param channels how many samples make a frame
   * @param expected frames that are likely to come; more are taken too
   */
  constructor(channels: number, expected: number) {
    this.#channels = Array.from({ length: channels }, () => new Float32Array(Math.max(expected, 1)));
  }

  /** Frames so far. */
  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const frameBytes = 4 * this.#channels.length;
    const frames = Math.floor(bytes.length / frameBytes);
    this.#reserve(this.#length + frames);
    const view = new DataView(bytes.buffer, bytes.byteOffset, frames * frameBytes);
    this.#channels.forEach((channel, c) => {
      for (let i = 0; i < frames; i++) channel[this.#length + i] = view.getFloat32(i * frameBytes + 4 * c, true);
    });
    this.#length += frames;
    this.#rest = Buffer.from(bytes.subarray(frames * frameBytes));
  }

  /** The channels, each as long as what came; the collector must not be used after it. */
  finish(): Float32Array[] {
    return this.#channels.map((channel) => channel.subarray(0, this.#length));
  }

  #reserve(frames: number): void {
    this.#channels.forEach((channel, c) => {
      if (frames <= channel.length) return;
      const grown = new Float32Array(Math.max(frames, Math.ceil(channel.length * 1.5)));
      grown.set(channel.subarray(0, this.#length));
      this.#channels[c] = grown;
    });
  }
}
