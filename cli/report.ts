import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { describeNotice } from "@groovesheet/jobs/notices.ts";
import { ChildFault } from "@groovesheet/processor/sandbox/fault.ts";
import type { TaskResult } from "@groovesheet/processor/sandbox/messages.ts";

/** The outcome for one input. */
export type Outcome =
  | { readonly file: string; readonly ok: true; readonly written: readonly string[]; readonly result: TaskResult }
  | { readonly file: string; readonly ok: false; readonly code: string; readonly message: string };

/** @returns the outcome of a failure, with one sentence for the user; details are printed only with GROOVESHEET_DEBUG=1 */
export function failure(file: string, error: unknown): Outcome {
  if (error instanceof UserError) return { file, ok: false, code: error.code, message: error.message };
  const id = randomBytes(4).toString("hex");
  if (process.env.GROOVESHEET_DEBUG === "1") {
    console.error(`error ${id}: ${error instanceof ChildFault ? error.detail : ((error as Error).stack ?? error)}`);
  }
  const advice = "Run it again with GROOVESHEET_DEBUG=1 to see the details.";
  return { file, ok: false, code: "bug", message: `Sorry, GrooveSheet failed here (error ${id}). ${advice}` };
}

/** @returns a summary for the user: the score, what was heard and which files were written */
export function describe(outcome: Outcome & { ok: true }): string {
  const { performance, summary, stageSeconds } = outcome.result;
  const seconds = Object.values(stageSeconds).reduce((sum, s) => sum + s, 0);
  const heard = [
    `${Math.round(summary.tempo.perMinute)} BPM`,
    summary.meter,
    `${performance.hits.length} hits`,
    `${clock(performance.duration)} min of music`,
    `${seconds.toFixed(1)} s of work`,
  ];
  return [`${basename(outcome.file)}: ${heard.join(", ")}`, ...outcome.written.map((path) => `  ${path}`)].join("\n");
}

/** @returns the document that --json prints */
export function asJson(outcomes: readonly Outcome[]): string {
  const results = outcomes.map((outcome) => {
    if (!outcome.ok) {
      return { file: outcome.file, ok: false, error: { code: outcome.code, message: outcome.message } };
    }
    const { performance, summary, stageSeconds, device } = outcome.result;
    const { title, artist, duration, separated, model } = performance;
    const { tempo: mark, meter } = summary;
    const tempo = mark.perMinute;
    const hits = performance.hits.length;
    const notices = outcome.result.notices.map(describeNotice);
    const heard = { title, artist, duration, tempo, meter, hits, separated, model, notices };
    return { file: outcome.file, ok: true, written: outcome.written, ...heard, device, stageSeconds };
  });
  return JSON.stringify({ results }, null, 2);
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
