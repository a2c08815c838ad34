import { isUserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Failure, Fault } from "@groovesheet/jobs/result.ts";
import type { Text } from "../../i18n/catalogue.ts";
import { say, sayError } from "../../i18n/translate.ts";
import type { Outgoing } from "../send.ts";
import { againRow, resultRows } from "./buttons.ts";
import { playRows } from "./play-view.ts";

const FAULT_TEXTS: Readonly<Record<Fault, Text>> = {
  internal: "faultInternal",
  crashed: "faultCrashed",
  timedOut: "faultTimedOut",
  hung: "faultTimedOut",
  outOfMemory: "faultOutOfMemory",
};

/** Faults that only the operator can fix: the person gets an apology, the log the cause. */
const OPERATORS = ["ffmpegMissing", "deviceUnavailable", "diskFull", "outputNotWritable", "fileNotFound"];

/**
 * What went wrong, and what to do.
 *
 * @param parent the request whose score is still shown in the message, where this was a change to it
 */
export function failureView(
  request: TranscriptionRequest,
  failure: Failure,
  parent: TranscriptionRequest | undefined,
): Outgoing {
  const { language } = request.requester;
  const content = failureText(request, failure);
  if (parent?.play) return { content, components: playRows(parent, parent.play) };
  if (parent) return { content, components: resultRows(parent, parent.result?.swing ?? false, undefined) };
  const mayHelp = failure.code === "cancelled" || failure.code in FAULT_TEXTS;
  return { content, components: mayHelp && request.source ? againRow(language, request.id) : [] };
}

export function failureText(request: TranscriptionRequest, failure: Failure): string {
  const { language } = request.requester;
  if (failure.code === "cancelled") return say(language, "cancelled");
  if (isUserErrorCode(failure.code) && !OPERATORS.includes(failure.code)) {
    return sayError(language, failure.code, failure.facts);
  }
  const text = FAULT_TEXTS[failure.code as Fault] ?? "faultInternal";
  return say(language, text, { id: `\`${request.id}\`` });
}
