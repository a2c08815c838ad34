import { UserError } from "../jobs/errors.ts";
import { renotate, transcribe } from "../processor/pipeline.ts";
import type { RoadMessage, RoadRequest, RoadResult } from "./messages.ts";

/** The child process: native code runs here, where it may die without taking the command line with it. */
process.on("message", (request: RoadRequest) => {
  answer(request).then(
    (result) => send({ kind: "done", result }),
    (error: unknown) => send(asMessage(error)),
  );
});
process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {}); // a terminal sends it to both; the parent decides

async function answer(request: RoadRequest): Promise<RoadResult> {
  const onProgress: Parameters<typeof renotate>[1]["onProgress"] = (stage, fraction) =>
    send({ kind: "progress", stage, fraction });
  const onLog = (line: string) => send({ kind: "log", line });
  const { performance, files, stageSeconds } =
    request.kind === "transcribe"
      ? await transcribe(request.path, { ...request.options, onProgress, onLog })
      : await renotate(request.performance, { ...request.options, onProgress });
  return { performance, files, stageSeconds };
}

function asMessage(error: unknown): RoadMessage {
  if (error instanceof UserError) return { kind: "userError", code: error.code, facts: error.facts };
  return { kind: "bug", details: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function send(message: RoadMessage): void {
  if (process.connected) process.send?.(message);
}
