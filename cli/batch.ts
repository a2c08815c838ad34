import { basename } from "node:path";
import { describeNotice, type Notice, type NoticeCode } from "@groovesheet/jobs/notices.ts";
import type { Stage } from "@groovesheet/jobs/result.ts";
import { type Child, openChild } from "@groovesheet/processor/sandbox/child.ts";
import type { Task } from "@groovesheet/processor/sandbox/messages.ts";
import { type OutputName, prepareFolder, writeFiles } from "./output.ts";
import { progressView } from "./progress.ts";
import { asJson, describe, failure, type Outcome } from "./report.ts";

export interface BatchOptions {
  /** output folder */
  readonly out: string;
  readonly quiet: boolean;
  readonly json: boolean;
  /** also report which devices were skipped */
  readonly reportDevices: boolean;
}

export interface BatchItem {
  /** as the person typed it */
  readonly file: string;
  /** name of the output files */
  readonly output: OutputName;
  /** creates the task; may read the file */
  readonly task: () => Promise<Task>;
}

export const WRONG_USAGE = 2;
const INTERRUPTED = 130;
const PIPELINE = new URL("../processor/pipeline.ts", import.meta.url);
/** A person at a terminal can stop a task themselves. */
const NO_LIMITS = {
  seconds: Number.POSITIVE_INFINITY,
  secondsPerMinute: 0,
  megabytes: Number.POSITIVE_INFINITY,
  tasks: Number.POSITIVE_INFINITY,
  silentSeconds: Number.POSITIVE_INFINITY,
};

/**
 * Runs the items one after another in a child process. An item that fails does not stop the others.
 *
 * @returns the exit code: 0 if all succeeded, 1 if some failed or lack a file that was asked for, 130 if interrupted
 */
export async function runBatch(items: readonly BatchItem[], options: BatchOptions): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const child = openChild(PIPELINE, NO_LIMITS, process.env.GROOVESHEET_DEBUG === "1" ? 2 : "ignore");
  controller.signal.addEventListener("abort", () => void child.close());
  const outcomes: Outcome[] = [];
  try {
    for (const item of items) {
      if (item.output.renamed)
        note(`${item.file}: written as "${item.output.name}" because another input has the same name`, options);
      const outcome = await runItem(item, child, controller.signal, options);
      if (controller.signal.aborted) {
        console.error("Stopped.");
        return INTERRUPTED;
      }
      outcomes.push(outcome);
      report(outcome, options);
    }
  } finally {
    await child.close();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  if (options.json) console.log(asJson(outcomes));
  return outcomes.every((outcome) => outcome.ok && !outcome.result.notices.some(isFailure)) ? 0 : 1;
}

async function runItem(item: BatchItem, child: Child, signal: AbortSignal, options: BatchOptions): Promise<Outcome> {
  const view = progressView(basename(item.file), process.stderr, options.quiet);
  try {
    prepareFolder(options.out);
    const onLog = (line: string) => {
      if (options.reportDevices) note(`${basename(item.file)}: ${line}`, options);
    };
    const onProgress = ({ stage, fraction }: { stage: Stage; fraction: number }) => view.onProgress(stage, fraction);
    const result = await child.run(await item.task(), { onProgress, onLog, signal });
    return { file: item.file, ok: true, written: writeFiles(options.out, item.output.name, result.files), result };
  } catch (error) {
    return failure(item.file, error);
  } finally {
    view.end();
  }
}

function report(outcome: Outcome, options: BatchOptions): void {
  if (!outcome.ok) {
    console.error(`${basename(outcome.file)}: ${outcome.message}`);
    return;
  }
  for (const notice of outcome.result.notices) {
    const quiet = options.quiet && !isFailure(notice);
    note(`${basename(outcome.file)}: ${describeNotice(notice)}`, { ...options, quiet });
  }
  if (!options.json && !options.quiet) console.log(describe(outcome));
}

/** A file that was asked for is missing. */
function isFailure({ code }: Notice): boolean {
  return code === ("encoderMissing" satisfies NoticeCode);
}

function note(line: string, { quiet }: BatchOptions): void {
  if (!quiet) console.error(line);
}
