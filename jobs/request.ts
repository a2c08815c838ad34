import { z } from "zod";
import { listenOptionsSchema, notateOptionsSchema } from "./options.ts";
import { failureSchema, resultSummarySchema } from "./result.ts";

/** Discord's ids and our own that are made of them. */
export const idSchema = z.string().regex(/^[\w-]{1,64}$/);

export const LANGUAGES = ["en", "de", "fr", "es", "pt", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Where the recording is to be had before it is in the store. */
export const originSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("link"), url: z.url() }),
  z.object({
    kind: z.literal("attachment"),
    /** signed; expires about a day after Discord made it */
    url: z.url(),
    name: z.string(),
    bytes: z.number().int().nonnegative(),
    /** the message that holds it, from which a fresh URL can be read */
    channelId: idSchema.optional(),
    messageId: idSchema.optional(),
    attachmentId: idSchema.optional(),
  }),
  /** already stored: a change to a score that is there, or the same song again */
  z.object({ kind: z.literal("stored") }),
]);

export const sourceSchema = z.object({
  /** SHA-256 of the recording, hexadecimal: its key in the store */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** as the person named it */
  name: z.string(),
  bytes: z.number().int().positive(),
});

export const requesterSchema = z.object({
  userId: idSchema,
  guildId: idSchema.optional(),
  language: z.enum(LANGUAGES),
});

export const replySchema = z.object({
  applicationId: idSchema,
  channelId: idSchema,
  /** the status message, which becomes the answer */
  messageId: idSchema.optional(),
  /** of the interaction: the only key to a message that the caller alone sees */
  token: z.string().optional(),
  /** milliseconds since 1970 */
  tokenExpiresAt: z.number().optional(),
  /** shown to the caller alone */
  private: z.boolean(),
  /** bytes that one message may carry there */
  sizeLimit: z.number().int().positive(),
});

export const REQUEST_KINDS = ["transcribe", "renotate"] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** A request is open until it is `done`, `failed` or `cancelled`; bot/requests/requests.ts has the transitions. */
export const REQUEST_STATES = ["received", "fetched", "queued", "done", "failed", "cancelled"] as const;
export type RequestState = (typeof REQUEST_STATES)[number];
export const OPEN_STATES = ["received", "fetched", "queued"] as const satisfies readonly RequestState[];
export type OpenState = (typeof OPEN_STATES)[number];

/** @returns whether the person still waits for the answer */
export function isOpen({ state }: { readonly state: RequestState }): boolean {
  return OPEN_STATES.some((open) => open === state);
}

/** All that is needed to work on what a person asked for and to answer them, on any machine, a day later. */
export const requestSchema = z.object({
  version: z.literal(1),
  id: idSchema,
  kind: z.enum(REQUEST_KINDS),
  /** milliseconds since 1970 */
  createdAt: z.number(),
  origin: originSchema,
  source: sourceSchema.optional(),
  listen: listenOptionsSchema,
  notate: notateOptionsSchema,
  requester: requesterSchema,
  reply: replySchema,
  /** the request whose score is shown in the same message and is to be changed */
  parentId: idSchema.optional(),
  state: z.enum(REQUEST_STATES),
  result: resultSummarySchema.optional(),
  failure: failureSchema.optional(),
});

/** What travels through the queue: a request whose recording is in the store. */
export const jobSchema = requestSchema.extend({ source: sourceSchema });

export type Origin = z.infer<typeof originSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type Reply = z.infer<typeof replySchema>;
export type Request = z.output<typeof requestSchema>;
export type Job = z.output<typeof jobSchema>;
