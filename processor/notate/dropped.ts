import type { Hit } from "@groovesheet/jobs/performance.ts";
import type { DropCause, DroppedHit } from "../score.ts";

const REASONS: Readonly<Record<DropCause, string>> = {
  rebound: "within 45 ms of a stronger hit on the same drum or cymbal",
  sameNote: "falls on the same note as a stronger hit on the same drum or cymbal",
  pattern: "the other bars of this pattern make it improbable",
  detail: "left out of a simple part",
};

/** @returns the hit as an entry of `Score.dropped` */
export function drop({ time, piece }: Hit, cause: DropCause): DroppedHit {
  return { time, piece, cause, reason: REASONS[cause] };
}
