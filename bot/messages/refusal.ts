import { RESTJSONErrorCodes as Code, DiscordAPIError } from "discord.js";
import type { Outgoing } from "./outgoing.ts";

/**
 * Codes that say that a way to the person is closed: the place or the message is gone, or the bot may not write there.
 * Any other refusal is about what was sent, and says nothing of the person.
 */
const CLOSED: readonly (number | string)[] = [
  Code.UnknownChannel,
  Code.UnknownGuild,
  Code.UnknownMessage,
  Code.UnknownUser,
  Code.UnknownWebhook,
  Code.UnknownInteraction,
  Code.MissingAccess,
  Code.CannotSendMessagesToThisUser,
  Code.MissingPermissions,
  Code.InvalidWebhookToken,
  Code.CannotEditMessageAuthoredByAnotherUser,
  Code.CannotSendMessagesInNonTextChannel,
  Code.InvalidActionOnArchivedThread,
  Code.ThreadLocked,
  Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached,
  50278, // cannot message a user with whom the bot shares no server
];

/** Discord: Request entity too large */
const TOO_LARGE = 40005;

/** Discord takes no message of this size here. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** @returns whether Discord says that nothing can be sent this way */
export function isClosed(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status < 500 && CLOSED.includes(error.code);
}

/** @returns whether Discord refuses what was sent, for a reason that sending it again does not change */
export function isRefusal(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof DiscordAPIError && (error.code === TOO_LARGE || error.status === 413);
}

type Part = "components" | "attachments" | "content";

/** The parts of a message from the one that is missed least to the one that is missed most. */
const PARTS: readonly Part[] = ["components", "attachments", "content"];

/**
 * @param fallback what the content becomes
 * @returns the message without the part that Discord refuses, or without the next one where it names none; undefined
 * where nothing is left to take out
 */
export function withoutRefused(outgoing: Outgoing, error: DiscordAPIError, fallback: string): Outgoing | undefined {
  const named = PARTS.filter((part) => part in reasonsOf(error));
  const part = [...named, ...PARTS].find((each) => canReduce(outgoing, each, fallback));
  if (part === undefined) return undefined;
  if (part === "components") return { ...outgoing, components: [] };
  if (part === "content") return { ...outgoing, content: fallback };
  return { ...outgoing, files: outgoing.files!.map(plainFile) };
}

function canReduce(outgoing: Outgoing, part: Part, fallback: string): boolean {
  if (part === "components") return outgoing.components.length > 0;
  if (part === "content") return outgoing.content !== fallback;
  return outgoing.files?.some((file, index) => plainFile(file, index).name !== file.name) ?? false;
}

/** A file without what a person wrote: with neither the title in its name nor a description. */
function plainFile({ name, data, mediaType }: NonNullable<Outgoing["files"]>[number], index: number) {
  const ending = /(-\d+)?\.\w+$/.exec(name)?.[0] ?? "";
  return { name: ending ? `score${ending}` : `score-${index + 1}`, data, mediaType };
}

/** What Discord names as wrong, by the part of the body. */
function reasonsOf({ rawError }: DiscordAPIError): object {
  return "errors" in rawError && typeof rawError.errors === "object" ? (rawError.errors as object) : {};
}
