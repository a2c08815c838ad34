import type { Performance } from "../../jobs/performance.ts";
import type { Failure, ResultSummary, Stage } from "../../jobs/result.ts";
import type { RenotateOptions, TranscribeOptions, TranscriptionFile } from "./contract.ts";

/** Options as they cross to the child: no functions, no signal. */
type Plain<T> = Omit<T, "onProgress" | "onLog" | "signal">;

export type Task =
  | {
      readonly kind: "transcribe";
      readonly path: string;
      /** the title of a recording that has none in its tags */
      readonly untitled: string;
      readonly options: Plain<TranscribeOptions>;
    }
  | { readonly kind: "renotate"; readonly performance: Performance; readonly options: Plain<RenotateOptions> };

export type ToChild = { readonly type: "task"; readonly task: Task } | { readonly type: "abort" };

export type FromChild =
  /** once a second while the event loop turns */
  | { readonly type: "heartbeat"; readonly residentBytes: number }
  | { readonly type: "progress"; readonly stage: Stage; readonly fraction: number }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "done"; readonly product: Product }
  /** `failure` where the person can mend it, `error` where it is a bug */
  | { readonly type: "failed"; readonly failure?: Failure; readonly error?: string };

/** What one task gives. */
export interface Product {
  readonly summary: Omit<ResultSummary, "network">;
  readonly performance: Performance;
  readonly files: readonly TranscriptionFile[];
  readonly stageSeconds: Partial<Record<Stage, number>>;
}
