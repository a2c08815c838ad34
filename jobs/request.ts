import { z } from "zod";
import { listenOptionsSchema, notateOptionsSchema, playOptionsSchema } from "./options.ts";
import { failureSchema, resultSummarySchema } from "./result.ts";

/** Discord's ids, and ids of requests, which are derived from them. */
export const idSchema = z.string().regex(/^[\w-]{1,64}$/);

export const LANGUAGES = ["en", "de", "fr", "es", "pt", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Where the recording comes from, before it is in the store. */
export const originSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("link"), url: z.url() }),
  z.object({
    kind: z.literal("attachment"),
    /** signed URL that expires about a day after Discord issued it */
    url: z.url(),
    name: z.string(),
    bytes: z.number().int().nonnegative(),
  }),
  /** already stored: a correction of a score, or the same song again */
  z.object({ kind: z.literal("stored") }),
]);

export const sourceSchema = z.object({
  /** SHA-256 of the recording, hexadecimal: its key in the store */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** file name that the person gave it */
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
  /** interaction token: the only way to edit a message that only the caller sees */
  token: z.string().optional(),
  /** milliseconds since 1970 */
  tokenExpiresAt: z.number().optional(),
  /** whether only the caller sees the answer */
  private: z.boolean(),
  /** the channel is the person's direct messages with the bot, wherever they asked */
  direct: z.boolean().optional(),
  /** whether the bot is not a member of the place: it can write there with the token alone */
  tokenOnly: z.boolean().optional(),
  /** upload limit of a message there, bytes */
  sizeLimit: z.number().int().positive(),
});

/** Listen to a recording; write its score again with other options; make a video to play along with. */
export const REQUEST_KINDS = ["transcribe", "renotate", "play"] as const;
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

/** Everything needed to fulfil and to answer a request, on any machine, even a day later. */
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
  /** of the kind `play` alone */
  play: playOptionsSchema.optional(),
  requester: requesterSchema,
  reply: replySchema,
  /** the request whose score this one corrects, shown in the same message */
  parentId: idSchema.optional(),
  state: z.enum(REQUEST_STATES),
  result: resultSummarySchema.optional(),
  failure: failureSchema.optional(),
});

/**
 * A job in the queue: what a processor needs of a request whose recording is in the store. The tokens and addresses in a
 * request are not part of it, so that no processor can read them.
 */
export const jobSchema = requestSchema
  .pick({
    version: true,
    id: true,
    kind: true,
    createdAt: true,
    listen: true,
    notate: true,
    play: true,
    requester: true,
  })
  .extend({ source: sourceSchema });

export type Origin = z.infer<typeof originSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type Reply = z.infer<typeof replySchema>;
export type TranscriptionRequest = z.output<typeof requestSchema>;
export type TranscriptionJob = z.output<typeof jobSchema>;
