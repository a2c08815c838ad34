import type { Origin, Reply, TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Failure, JobResult, Progress } from "@groovesheet/jobs/result.ts";

/** How far a request is that has no answer yet. */
export type Situation =
  | { readonly kind: "fetching" }
  | {
      readonly kind: "waiting";
      /** 1 is next */
      readonly place: number;
      /** seconds until the score is done; absent before any job was measured */
      readonly secondsLeft?: number | undefined;
      readonly processors: number;
      readonly paused: boolean;
    }
  | { readonly kind: "working"; readonly progress?: Progress | undefined }
  /** the status message can be edited no longer: the last word about where the answer will be */
  | { readonly kind: "leaving" };

/** How a request ended. */
export type Outcome =
  | { readonly state: "done"; readonly result: JobResult }
  | { readonly state: "failed" | "cancelled"; readonly failure: Failure };

/** The platform refuses an answer for what it says, in whatever form it was tried. */
export class DeliveryRefused extends Error {
  override readonly name = "DeliveryRefused";
  /** whether it was refused so often that it is not to be tried again */
  readonly isFinal: boolean;

  constructor(isFinal: boolean, cause: Error) {
    super(`refused: ${cause.message}`, { cause });
    this.isFinal = isFinal;
  }
}

/** A status message before it is shown. */
export interface Status {
  /** what it says: a status that says nothing new need not be shown */
  readonly text: string;
  /** @throws where the platform fails for a while */
  show(): Promise<void>;
}

/** A message that a link points to. */
export interface MessageReference {
  readonly channelId: string;
  readonly messageId: string;
}

/**
 * The port to the chat platform: all that the life of a request needs of it. `bot/messages/discord-chat.ts` is
 * Discord's side; another platform implements this interface and calls `Requests` for what its people ask.
 */
export interface Chat {
  status(request: TranscriptionRequest, situation: Situation): Status;
  /**
   * Shows the answer in place of the status message, or where else the person can be reached. Delivering twice leaves
   * one answer.
   *
   * @param request in its final state
   * @param parent the request whose score the message still shows, where this one was a change to it
   * @returns where the answer is, or undefined where the person can no longer be reached
   * @throws DeliveryRefused; any other error where the platform fails for a while. It is tried again
   */
  deliver(
    request: TranscriptionRequest,
    outcome: Outcome,
    parent: TranscriptionRequest | undefined,
  ): Promise<Reply | undefined>;
  /**
   * Finds the recordings in a message.
   *
   * @param userId who asks: they must be able to see the message themselves
   * @throws UserError messageNotFound, contentHidden
   */
  recordingsIn(message: MessageReference, userId: string): Promise<readonly Origin[]>;
  /** @returns a working address for a file whose signed address expired, or undefined where the file is gone */
  freshUrl(url: string): Promise<string | undefined>;
}
