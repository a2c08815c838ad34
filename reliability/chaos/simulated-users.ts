import type { Records } from "@groovesheet/bot/persistence/records.ts";
import { isOpen } from "@groovesheet/jobs/request.ts";
import type { StoredInteraction } from "../../tests/support/discord/interactions.ts";
import type { LocalDiscord } from "../../tests/support/discord/server.ts";
import type { StoredMessage } from "../../tests/support/discord/world.ts";
import type { TestRecording } from "./recordings.ts";

/** milliseconds after which a user sees that the bot did not react */
const UNACKNOWLEDGED_MS = { command: 5000, direct: 15_000 };
/** milliseconds after which an acknowledgement without any text counts as abandoned */
const FORGOTTEN_MS = 60_000;

/** One message or command of a user. */
export interface Attempt {
  /** id of the request that it becomes */
  readonly requestId: string;
  readonly user: SimulatedUser;
  readonly at: number;
  readonly interaction?: StoredInteraction;
  readonly seen: () => StoredMessage | undefined;
}

/** A user with one recording, and the attempts to get it transcribed. */
export interface SimulatedUser {
  readonly recording: TestRecording;
  readonly direct: boolean;
  readonly attempts: Attempt[];
  state: "idle" | "waiting" | "answered";
  /** seconds from the first attempt to the answer */
  waited?: number;
}

export type AttemptStatus = "answered" | "working" | "unacknowledged" | "refused" | "pending";

/** Sends the request of a user, by command or direct message. */
export function sendRequest(discord: LocalDiscord, user: SimulatedUser): void {
  const { recording } = user;
  const by = discord.person(recording.name.replace("Take ", "p"));
  const file = { name: `${recording.name} ${user.attempts.length}.wav`, type: "audio/wav", data: recording.data };
  const at = performance.now();
  user.state = "waiting";
  if (user.direct) {
    const before = new Set(discord.written(by));
    const { message } = discord.direct(by, "", [file]);
    const seen = () => discord.written(by).find((written) => !before.has(written));
    user.attempts.push({ requestId: `m${message.id}-0`, user, at, seen });
  } else {
    const interaction = discord.command({ by }, "transcribe", { file });
    const seen = () => (interaction.messageId ? discord.original(interaction) : undefined);
    user.attempts.push({ requestId: `i${interaction.id}`, user, at, interaction, seen });
  }
}

/** @returns the state of an attempt according to Redis and the chat. @throws while Redis is unreachable */
export async function statusOf(attempt: Attempt, records: Records): Promise<AttemptStatus> {
  const record = await records.get(attempt.requestId);
  const closed = record && !isOpen(record);
  if (closed) return "answered";
  if (record) return "working";
  const waited = performance.now() - attempt.at;
  const content = attempt.seen()?.message.content;
  if (content) return "refused";
  if (content === "" && waited < FORGOTTEN_MS) return "pending";
  if (content === "") return "refused"; // verify.ts reports it
  const patience = attempt.interaction ? UNACKNOWLEDGED_MS.command : UNACKNOWLEDGED_MS.direct;
  return waited < patience ? "pending" : "unacknowledged";
}

/** @returns a line with waiting times for each kind of recording, naming the three requests that waited longest */
export function describeWaits(users: readonly SimulatedUser[]): string[] {
  const kindOf = ({ recording }: SimulatedUser) => recording.defect ?? "good";
  return [...new Set(users.map(kindOf))].map((kind) => {
    const group = users.filter((user) => kindOf(user) === kind);
    const sorted = group.toSorted((a, b) => (b.waited ?? 0) - (a.waited ?? 0));
    const seconds = (user: SimulatedUser | undefined) => `${(user?.waited ?? 0).toFixed(0)} s`;
    const longest = sorted.slice(0, 3).map((user) => `${seconds(user)} (${user.attempts.at(-1)?.requestId})`);
    const median = seconds(sorted[Math.floor(sorted.length / 2)]);
    return `waited, ${kind}: median ${median}, longest ${longest.join(", ")}`;
  });
}
