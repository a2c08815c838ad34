import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Hit } from "@groovesheet/jobs/performance.ts";
import { decode } from "@groovesheet/processor/decode/decode.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { listen } from "@groovesheet/processor/listen/listen.ts";
import { listenerModel } from "../../models/registry.ts";

/** What the network heard in a recording, as far as tracking and notation need it. */
export interface Heard {
  readonly fps: number;
  readonly beat: Float32Array;
  readonly downbeat: Float32Array;
  readonly hits: readonly Hit[];
}

interface Kept {
  /** sha256 of the network's weights */
  readonly network: string;
  readonly fps: number;
  readonly beat: readonly number[];
  readonly downbeat: readonly number[];
  readonly hits: readonly Hit[];
}

/**
 * What the network hears in a recording. It is kept in a file beside the recording, so that what follows can be measured
 * again in seconds; another network listens anew.
 *
 * @throws UserError as `decode` and `listen` do
 */
export async function hearOnce(recording: string): Promise<Heard> {
  const network = (await listenerModel()).card.sha256;
  const file = recording.replace(/\.\w+$/, ".heard.json");
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
    if (kept.network === network) return toHeard(kept);
  }
  const { fps, beat, downbeat, hits } = await listen(await decode(recording, decodeLimits()), { devices: ["cpu"] });
  const kept = { network, fps, beat: rounded(beat), downbeat: rounded(downbeat), hits };
  writeFileSync(file, JSON.stringify(kept));
  return toHeard(kept);
}

function toHeard({ fps, beat, downbeat, hits }: Kept): Heard {
  return { fps, beat: Float32Array.from(beat), downbeat: Float32Array.from(downbeat), hits };
}

function rounded(values: Float32Array): number[] {
  return [...values].map((value) => Math.round(value * 1e4) / 1e4);
}
