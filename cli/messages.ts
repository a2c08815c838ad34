import type { UserErrorCode } from "../jobs/errors.ts";
import type { Performance } from "../jobs/performance.ts";
import type { PipelineOptions, Stage, Transcription } from "../processor/pipeline.ts";

type PlainOptions = Omit<PipelineOptions, "onProgress" | "onLog" | "signal">;

/** What the child process is asked to do. */
export type RoadRequest =
  | { readonly kind: "transcribe"; readonly path: string; readonly options: PlainOptions }
  | {
      readonly kind: "notate";
      readonly performance: Performance;
      readonly options: Pick<PlainOptions, "notate" | "untitled" | "formats">;
    };

/** What comes back of a transcription; the score itself stays in the child. */
export type RoadResult = Pick<Transcription, "performance" | "files" | "stageSeconds">;

/** What the child process says; one of the last three ends a request. */
export type RoadMessage =
  | { readonly kind: "progress"; readonly stage: Stage; readonly fraction: number }
  | { readonly kind: "log"; readonly line: string }
  | { readonly kind: "done"; readonly result: RoadResult }
  | {
      readonly kind: "userError";
      readonly code: UserErrorCode;
      readonly facts: Readonly<Record<string, string | number>>;
    }
  | { readonly kind: "bug"; readonly details: string };
