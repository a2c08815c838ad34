import { originSchema } from "@groovesheet/jobs/request.ts";
import type { Redis } from "ioredis";
import { z } from "zod";

/** Recordings of a message among which a person chooses; the bot cannot read the message again. */
const offerSchema = z.array(originSchema);

export type Offer = z.infer<typeof offerSchema>;

export interface Offers {
  /** @param id of the interaction that made the offer */
  save(userId: string, id: string, offer: Offer): Promise<void>;
  /** @returns the offer, or undefined where it lapsed */
  get(userId: string, id: string): Promise<Offer | undefined>;
  delete(userId: string): Promise<void>;
}

/** seconds for which an offer stands: as long as its message can be answered */
const OFFER_SECONDS = 15 * 60;

export function openOffers(redis: Redis, prefix: string): Offers {
  const key = (userId: string) => `${prefix}:offers:${userId}`;
  return {
    async save(userId, id, offer) {
      await redis.hset(key(userId), id, JSON.stringify(offer));
      await redis.expire(key(userId), OFFER_SECONDS);
    },
    async get(userId, id) {
      const text = await redis.hget(key(userId), id);
      return text === null ? undefined : offerSchema.parse(JSON.parse(text));
    },
    async delete(userId) {
      await redis.del(key(userId));
    },
  };
}
