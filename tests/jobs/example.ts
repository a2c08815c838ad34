import { listenOptionsSchema, notateOptionsSchema } from "../../jobs/options.ts";
import type { Request } from "../../jobs/request.ts";

/** A request as /transcribe makes it, for tests. */
export function exampleRequest(changes: Partial<Request> = {}): Request {
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
