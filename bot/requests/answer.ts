import { type Reply, requestSchema, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Failure } from "@groovesheet/jobs/result.ts";
import type { Services } from "../services.ts";
import { DeliveryRefused, type Outcome } from "./chat.ts";

/** milliseconds after which an answer is given up because the chat platform keeps failing */
const DELIVERY_MS = 24 * 3600_000;

export const CANCELLED = { state: "cancelled", failure: { code: "cancelled", facts: {} } } as const satisfies Outcome;

export function failedWith(failure: Failure): Outcome {
  return { state: "failed", failure };
}

/** @returns the request in its final state */
export function answeredWith(request: TranscriptionRequest, outcome: Outcome): TranscriptionRequest {
  const end = outcome.state === "done" ? { result: outcome.result.summary } : { failure: outcome.failure };
  return requestSchema.parse({ ...request, state: outcome.state, ...end });
}

/**
 * Shows the answer to the person.
 *
 * @param request in its final state
 * @returns where the answer is, or undefined where the person cannot be reached or the answer is given up
 * @throws where the chat platform fails for a while: it is to be tried again
 */
export async function deliverAnswer(
  { chat, log, records }: Services,
  request: TranscriptionRequest,
  outcome: Outcome,
): Promise<Reply | undefined> {
  const context = log.child({ job: request.id });
  const milliseconds = Date.now() - request.createdAt;
  const parent = request.parentId ? await records.get(request.parentId) : undefined;
  try {
    const reply = await chat.deliver(request, outcome, parent);
    if (reply)
      context.info({ state: outcome.state, code: request.failure?.code, seconds: milliseconds / 1000 }, "answered");
    else context.warn("the person can no longer be reached");
    return reply;
  } catch (error) {
    const isFinal = error instanceof DeliveryRefused && error.isFinal;
    if (milliseconds < DELIVERY_MS && !isFinal) throw error;
    context.error({ err: error }, "the answer is given up");
    return undefined;
  }
}
