import { REQUEST_STATES, type RequestState } from "@groovesheet/jobs/request.ts";

/**
 * The life of a request:
 *
 *     received ── fetch ──▶ fetched ── queue ──▶ queued ── answer ──▶ done, failed, cancelled
 *
 * A person may cancel in every open state; what cannot be fetched fails; a score that is stored already is the answer
 * without a job. A fetched request whose recording was deleted from the store is fetched again, and an owner may put a
 * failed one back into the queue.
 */
export const TRANSITIONS: Readonly<Record<RequestState, readonly RequestState[]>> = {
  received: ["fetched", "failed", "cancelled"],
  fetched: ["queued", "received", "done", "failed", "cancelled"],
  queued: ["done", "failed", "cancelled"],
  failed: ["queued"],
  done: [],
  cancelled: [],
};

/** @returns the states from which a request can move to `next` */
export function statesBefore(next: RequestState): readonly RequestState[] {
  return REQUEST_STATES.filter((state) => TRANSITIONS[state].includes(next));
}
