import { REQUEST_KINDS } from "@groovesheet/jobs/request.ts";
import type { Redis } from "ioredis";
import { z } from "zod";

/** What is still to be deleted of a request whose record is gone: its job runs, and may write its score yet. */
const leftoverSchema = z.object({
  id: z.string(),
  kind: z.enum(REQUEST_KINDS),
  /** of the recording */
  hash: z.string().optional(),
  /** in the store; folders and keys, which hold no titles */
  objects: z.array(z.string()),
});

export type Leftover = z.infer<typeof leftoverSchema>;

/** Deletions that are not finished; a bot that stops in between leaves them to the next one. */
export interface Leftovers {
  add(leftover: Leftover): Promise<void>;
  remove(leftover: Leftover): Promise<void>;
  all(): Promise<readonly Leftover[]>;
}

export function openLeftovers(redis: Redis, prefix: string): Leftovers {
  const key = `${prefix}:leftovers`;
  return {
    async add(leftover) {
      await redis.hset(key, leftover.id, JSON.stringify(leftover));
    },
    async remove({ id }) {
      await redis.hdel(key, id);
    },
    async all() {
      return (await redis.hvals(key)).map((text) => leftoverSchema.parse(JSON.parse(text)));
    },
  };
}
