import type { Device } from "@groovesheet/jobs/devices.ts";
import type { UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { Notice } from "@groovesheet/jobs/notices.ts";
import type { DrumPerformance } from "@groovesheet/jobs/performance.ts";
import type { ResultSummary, Stage } from "@groovesheet/jobs/result.ts";
import type { Artifact, PipelineOptions, RenotateOptions } from "../pipeline.ts";

/** What the child process imports: `processor/pipeline.ts`, or its replacement in tests. */
export type Pipeline = Pick<typeof import("../pipeline.ts"), "transcribe" | "renotate">;

/** Options as they cross to the child: no functions, no signal. */
type Plain<T> = Omit<T, "onDuration" | "onProgress" | "onLog" | "signal">;

export type Task =
  | { readonly kind: "transcribe"; readonly path: string; readonly options: Plain<PipelineOptions> }
  | { readonly kind: "renotate"; readonly performance: DrumPerformance; readonly options: Plain<RenotateOptions> };

export type ToChild = { readonly type: "task"; readonly task: Task } | { readonly type: "abort" };

/** Messages from the child; one of the last three ends a task. */
export type FromChild =
  /** once a second while the event loop turns */
  | { readonly type: "heartbeat"; readonly residentBytes: number }
  /** seconds of music, as soon as they are known */
  | { readonly type: "duration"; readonly seconds: number }
  | { readonly type: "progress"; readonly stage: Stage; readonly fraction: number }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "done"; readonly result: TaskResult }
  | {
      readonly type: "userError";
      readonly code: UserErrorCode;
      readonly facts: Readonly<Record<string, string | number>>;
    }
  | { readonly type: "bug"; readonly details: string };

/** The result of one task; the score itself stays in the child. */
export interface TaskResult {
  readonly summary: Omit<ResultSummary, "fingerprint">;
  readonly performance: DrumPerformance;
  readonly files: readonly Artifact[];
  /** what was left out or done with less */
  readonly notices: readonly Notice[];
  /** seconds that each stage took */
  readonly stageSeconds: Readonly<Partial<Record<Stage, number>>>;
  /** where the network ran; absent where nothing was listened to */
  readonly device?: Device;
}
