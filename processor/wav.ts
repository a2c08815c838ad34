const HEADER_BYTES = 44;
/** samples of each channel in one chunk */
const CHUNK = 1 << 16;

/**
 * A WAV file with 16-bit samples, in chunks, so that a long recording is not held in memory twice.
 *
 * @param channels of equal length, -1..1; what is louder is clipped
 * @param sampleRate in Hz
 * @param delay silence before the first sample, samples
 */
export function* wavChunks(channels: readonly Float32Array[], sampleRate: number, delay = 0): Generator<Buffer> {
  const length = channels[0]!.length + delay;
  yield header(channels.length, sampleRate, length);
  for (let start = 0; start < length; start += CHUNK) {
    const samples = new Int16Array(Math.min(CHUNK, length - start) * channels.length);
    for (const [place, channel] of channels.entries()) {
      for (let i = Math.max(0, delay - start); start + i < length && i < CHUNK; i++) {
        const value = channel[start + i - delay]!;
        samples[i * channels.length + place] = Math.round(32_767 * Math.max(-1, Math.min(1, value)));
      }
    }
    yield Buffer.from(samples.buffer);
  }
}

function header(channels: number, sampleRate: number, length: number): Buffer {
  const frameBytes = 2 * channels;
  const wav = Buffer.alloc(HEADER_BYTES);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(HEADER_BYTES - 8 + length * frameBytes, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * frameBytes, 28);
  wav.writeUInt16LE(frameBytes, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(length * frameBytes, 40);
  return wav;
}
