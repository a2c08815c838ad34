import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { DropCause, DroppedHit } from "../score.ts";

const reasons: Readonly<Record<DropCause, string>> = {
  rebound: "follows or comes before a stronger stroke on the same drum or cymbal within 45 ms",
  sameNote: "falls on the same note as a stronger stroke on the same drum or cymbal",
  detail: "left out of a simple part",
};

/** @returns the hit as one that is not written */
export function drop({ time, piece }: Hit, cause: DropCause): DroppedHit {
  return { time, piece, cause, reason: reasons[cause] };
}
