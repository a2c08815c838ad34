import { enqueue } from "@groovesheet/jobs/queue/queues.ts";
import { jobSchema, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import { jobResultSchema, readFailure } from "@groovesheet/jobs/result.ts";
import type { Services } from "../services.ts";
import type { Outcome } from "./chat.ts";

/**
 * Looks at the job of a queued request. A job that is not in the queue is put there: the record is written before the
 * job, so that a bot that stops in between, or a Redis that lost the job, loses nothing.
 *
 * @returns how the job ended, or undefined while it is unfinished
 */
export async function jobOutcome(services: Services, request: TranscriptionRequest): Promise<Outcome | undefined> {
  const { queues, cancellation, records, log } = services;
  const queue = queues[request.kind];
  // The state comes first: a job that is read before it ends has no result yet.
  const state = await queue.getJobState(request.id);
  if (state === "unknown") {
    if (await cancellation.isCancelled(request.id)) {
      return { state: "cancelled", failure: { code: "cancelled", facts: {} } };
    }
    await enqueue(queues, jobSchema.parse(request), await records.ahead(request));
    return undefined;
  }
  if (state !== "completed" && state !== "failed") return undefined;
  const job = await queue.getJob(request.id);
  if (state === "completed") {
    const result = jobResultSchema.safeParse(job?.returnvalue);
    if (result.success) return { state: "done", result: result.data };
    log.error({ job: request.id, err: result.error }, "the result cannot be read");
  }
  const failure = readFailure(job?.failedReason);
  return { state: failure.code === "cancelled" ? "cancelled" : "failed", failure };
}
