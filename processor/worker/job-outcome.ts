import { UserError } from "@groovesheet/jobs/errors.ts";
import { type Failure, writeFailure } from "@groovesheet/jobs/result.ts";
import { UnrecoverableError } from "bullmq";
import { z } from "zod";
import { ChildFault } from "../sandbox/fault.ts";

/** Why a running job was aborted: a user cancelled it, or this processor stops. */
export type StopReason = "cancelled" | "handBack";

/**
 * The outcome of a job without a score, as the error that BullMQ expects: an `UnrecoverableError` where another attempt
 * cannot help, another error where it may.
 *
 * @returns undefined if the fault is this machine's (a killed child, an unreachable store): the job is to be handed back
 */
export function outcomeOf(error: unknown, stopped: StopReason | undefined): Error | undefined {
  if (stopped === "handBack") return undefined;
  if (stopped === "cancelled") return final({ code: "cancelled", facts: {} });
  if (error instanceof UserError) return final({ code: error.code, facts: { ...error.facts } });
  if (error instanceof z.ZodError) return final({ code: "internal", facts: {} }); // not a job of this version
  if (!(error instanceof ChildFault) || error.code === "killed") return undefined;
  const failure = { code: error.code, facts: {} };
  // What takes too long once does so again; a crash may have been caused by the state of the process.
  return error.code === "timedOut" ? final(failure) : new Error(writeFailure(failure));
}

function final(failure: Failure): Error {
  return new UnrecoverableError(writeFailure(failure));
}
