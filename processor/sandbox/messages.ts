import type { UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { Performance } from "@groovesheet/jobs/performance.ts";
import type { ResultSummary, Stage } from "@groovesheet/jobs/result.ts";
import type { Device } from "../inference.ts";
import type { RenotateOptions, TranscribeOptions, TranscriptionFile } from "./contract.ts";

/** Options as they cross to the child: no functions, no signal. */
type Plain<T> = Omit<T, "onDuration" | "onProgress" | "onLog" | "signal">;

export type Task =
  | { readonly kind: "transcribe"; readonly path: string; readonly options: Plain<TranscribeOptions> }
  | { readonly kind: "renotate"; readonly performance: Performance; readonly options: Plain<RenotateOptions> };

export type ToChild = { readonly type: "task"; readonly task: Task } | { readonly type: "abort" };

/** What the child says; one of the last three ends a task. */
export type FromChild =
  /** once a second while the event loop turns */
  | { readonly type: "heartbeat"; readonly residentBytes: number }
  /** seconds of music, as soon as they are known */
  | { readonly type: "duration"; readonly seconds: number }
  | { readonly type: "progress"; readonly stage: Stage; readonly fraction: number }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "done"; readonly product: Product }
  | {
      readonly type: "userError";
      readonly code: UserErrorCode;
      readonly facts: Readonly<Record<string, string | number>>;
    }
  | { readonly type: "bug"; readonly details: string };

/** What one task gives; the score itself stays in the child. */
export interface Product {
  readonly summary: Omit<ResultSummary, "fingerprint">;
  readonly performance: Performance;
  readonly files: readonly TranscriptionFile[];
  readonly stageSeconds: Partial<Record<Stage, number>>;
  /** where the network ran; absent where nothing was listened to */
  readonly device?: Device;
}
