import type { APIMessage } from "discord-api-types/v10";

/** An interaction on its way to its answer. */
export interface StoredInteraction {
  readonly id: string;
  readonly token: string;
  readonly userId: string;
  readonly channelId: string;
  readonly createdAt: number;
  /** milliseconds until the bot said something; undefined while it has not */
  ackMs?: number;
  /** the type of the callback */
  ackType?: number;
  /** how often it was acknowledged */
  acks: number;
  /** the message that `@original` means */
  messageId?: string;
  choices?: readonly { name: string; value: string | number }[];
  tokenExpiresAt: number;
  /** for buttons: the message they are below */
  readonly source?: APIMessage;
}
