/** A pipeline that logs the environment of its process and then ends with an error. */
import type { PipelineOptions } from "@groovesheet/processor/pipeline.ts";

export async function transcribe(_path: string, options: PipelineOptions): Promise<never> {
  options.onLog?.(JSON.stringify(process.env));
  throw new Error("the environment is logged");
}
