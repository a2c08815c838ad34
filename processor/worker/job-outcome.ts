import { UserError } from "@groovesheet/jobs/errors.ts";
import { type Failure, writeFailure } from "@groovesheet/jobs/result.ts";
import { UnrecoverableError } from "bullmq";
import { z } from "zod";
import { ChildFault } from "../sandbox/fault.ts";

/** What an abort of a job means: a person's cancelling, or the stop of this processor. */
export type StopReason = "cancelled" | "handBack";

/**
 * The verdict on a job that gave no score, in the shape that BullMQ keeps and obeys: tried again once where that may
 * help, for good where the person must mend it.
 *
 * @returns undefined where the fault is this machine's (a killed child, a store that is away): no verdict on the job
 */
export function verdictOn(error: unknown, stopped: StopReason | undefined): Error | undefined {
  if (stopped === "handBack") return undefined;
  if (stopped === "cancelled") return final({ code: "cancelled", facts: {} });
  if (error instanceof UserError) return final({ code: error.code, facts: { ...error.facts } });
  if (error instanceof z.ZodError) return final({ code: "internal", facts: {} }); // no job of ours
  if (!(error instanceof ChildFault) || error.code === "killed") return undefined;
  const failure = { code: error.code, facts: {} };
  // What takes too long once does so again; a crash may have been the process's own.
  return error.code === "timedOut" ? final(failure) : new Error(writeFailure(failure));
}

function final(failure: Failure): Error {
  return new UnrecoverableError(writeFailure(failure));
}
