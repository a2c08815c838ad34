import { type FileHandle, open } from "node:fs/promises";

/** What the header of a WAV file says about its length, compared with the file. */
export interface WavLength {
  /** seconds of sound that the file held once and that are cut off; 0 if none are known to be missing */
  readonly missing: number;
  /** true if the sound goes on after the length that the header states, as after a crash of a recorder */
  readonly continues: boolean;
}

const AS_STATED: WavLength = { missing: 0, continues: false };
/** Writers to a pipe put sizes near 2 or 4 GB in place of one that they do not know. */
const PLACEHOLDER = 0x7fff_0000;
/** Chunks before the sound that are looked at; real files have a few. */
const MAX_CHUNKS = 64;

/**
 * Compares the sizes in a WAV header with the size of the file. FFmpeg reads what is there, but does not say whether the
 * header or the file is wrong.
 *
 * @returns `AS_STATED` for other files as well
 */
export async function checkWavLength(path: string): Promise<WavLength> {
  const file = await open(path);
  try {
    const { size: fileSize } = await file.stat();
    const riff = await read(file, 0, 12);
    if (riff.toString("latin1", 0, 4) !== "RIFF" || riff.toString("latin1", 8, 12) !== "WAVE") return AS_STATED;
    let bytesPerSecond = 0;
    let at = 12;
    for (let chunk = 0; chunk < MAX_CHUNKS && at + 8 <= fileSize; chunk++) {
      const { id, size } = await readChunk(file, at);
      if (id === "fmt ") bytesPerSecond = (await read(file, at + 16, 4)).readUInt32LE();
      if (id === "data") {
        if (size === 0 || size >= PLACEHOLDER || bytesPerSecond === 0) return AS_STATED;
        const end = at + 8 + size;
        const riffEnd = riff.readUInt32LE(4) + 8;
        if (end > fileSize)
          return { missing: riffEnd > fileSize ? (end - fileSize) / bytesPerSecond : 0, continues: false };
        return { missing: 0, continues: !(await chunksFollow(file, end + (size % 2), fileSize)) };
      }
      at += 8 + size + (size % 2);
    }
    return AS_STATED;
  } finally {
    await file.close();
  }
}

/** Whether the rest of the file is chunks, as far as one can see from the first of them. */
async function chunksFollow(file: FileHandle, at: number, fileSize: number): Promise<boolean> {
  if (at + 8 > fileSize) return true;
  const { id, size } = await readChunk(file, at);
  return /^[ -~]{4}$/.test(id) && at + 8 + size <= fileSize;
}

async function readChunk(file: FileHandle, at: number): Promise<{ id: string; size: number }> {
  const header = await read(file, at, 8);
  return { id: header.toString("latin1", 0, 4), size: header.readUInt32LE(4) };
}

async function read(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes); // zeros after the end of the file
  await file.read(buffer, 0, bytes, at);
  return buffer;
}
