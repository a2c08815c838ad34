import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { CoarseSpectrum } from "@groovesheet/processor/coarse-spectrum.ts";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { listen, spectrogramOf } from "@groovesheet/processor/listen/listen.ts";
import { listenerModel } from "../models/registry.ts";

/** The output of the listener for a recording, as far as tracking and notation need it. */
export interface Listened {
  /** frames per second */
  readonly fps: number;
  /** 0..1 per frame */
  readonly beat: Float32Array;
  /** 0..1 per frame */
  readonly downbeat: Float32Array;
  readonly spectrum: CoarseSpectrum;
  readonly hits: readonly Hit[];
  /** what is too uncertain to be a hit */
  readonly candidates: readonly Hit[];
}

/** Raised when other data is cached. */
const FORMAT = 4;
const CACHE = new URL("../.cache/listened/", import.meta.url).pathname;

/**
 * Listens to a recording, or reads the cached result of an earlier run with the same recording and the same network.
 *
 * @param path a file that FFmpeg reads
 * @throws UserError as `decode` and `listen` do
 */
export async function listenCached(path: string): Promise<Listened> {
  const file = join(CACHE, `${await sha256(path)}-${(await listenerModel()).card.sha256}-${FORMAT}.json`);
  if (!existsSync(file)) {
    const recording = await decode(path, decodeLimits(), { mono: true });
    const heard = await listen(await spectrogramOf(recording), { devices: ["cpu"] });
    const { fps, hits, candidates } = heard;
    const [beat, downbeat] = [rounded(heard.beat), rounded(heard.downbeat)];
    const spectrum = { ...heard.spectrum, values: rounded(heard.spectrum.values) };
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(file, JSON.stringify({ fps, beat, downbeat, hits, candidates, spectrum }));
  }
  const { fps, beat, downbeat, hits, candidates, spectrum } = JSON.parse(readFileSync(file, "utf8"));
  return {
    fps,
    beat: Float32Array.from(beat),
    downbeat: Float32Array.from(downbeat),
    spectrum: { ...spectrum, values: Float32Array.from(spectrum.values) },
    hits,
    candidates,
  };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** To three decimals, which keeps the files small. */
function rounded(values: Float32Array): number[] {
  return Array.from(values, (value) => Math.round(value * 1e3) / 1e3);
}
