/** A pipeline that only decodes. */

import { decode } from "@groovesheet/processor/decode/decode.ts";
import type { PipelineOptions, Transcription } from "@groovesheet/processor/pipeline.ts";

export async function transcribe(path: string, options: PipelineOptions): Promise<Transcription> {
  const { duration } = await decode(path, options.limits);
  return {
    performance: {
      version: 1,
      duration,
      hits: [],
      beats: [],
      tempo: 120,
      meter: "4/4",
      separated: false,
      model: "none",
      notices: [],
    },
    score: { title: "", measures: [] } as unknown as Transcription["score"],
    notices: [],
    files: [],
    stageSeconds: {},
  };
}

export function renotate(): never {
  throw new Error("nothing is written here");
}
