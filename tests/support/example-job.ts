import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { ResultSummary } from "@groovesheet/jobs/result.ts";

/** A request as /transcribe makes it. */
export function exampleRequest(changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return {
    version: 1,
    id: `i${Math.floor(Math.random() * 1e15)}`,
    kind: "transcribe",
    createdAt: Date.now(),
    origin: { kind: "stored" },
    source: { hash: "a".repeat(64), name: "song.mp3", bytes: 1000 },
    listen: listenOptionsSchema.parse({}),
    notate: notateOptionsSchema.parse({}),
    requester: { userId: "u1", guildId: "g1", language: "en" },
    reply: { applicationId: "1", channelId: "c1", messageId: "m1", private: false, sizeLimit: 10_000_000 },
    state: "queued",
    ...changes,
  };
}

/** The summary of a score. */
export function exampleResult(duration: number): ResultSummary {
  return {
    title: "Song",
    tempo: { perMinute: 120, unit: "1/4" },
    meter: "4/4",
    swing: false,
    measures: 8,
    duration,
    hits: { kick: 8 },
    meanConfidence: 0.9,
    separated: false,
    model: "fixture 1",
    fingerprint: "fixture",
    notices: [],
  };
}
