import { Redis } from "ioredis";
import { z } from "zod";

/** Asking a processor to stop a job that it works on; BullMQ's own `cancelJob` reaches its own process only. */
export interface Cancellation {
  /** marks the job and tells all processors */
  cancel(id: string): Promise<void>;
  isCancelled(id: string): Promise<boolean>;
  /** @returns a function that ends listening */
  listen(onCancel: (id: string) => void): Promise<() => Promise<void>>;
}

/** seconds for which a cancelled job is remembered */
const REMEMBER_SECONDS = 24 * 3600;

export function openCancellation(redis: Redis, prefix: string): Cancellation {
  const key = (id: string) => `${prefix}:cancelled:${id}`;
  const channel = `${prefix}:cancel`;
  return {
    async cancel(id) {
      await redis.set(key(id), "1", "EX", REMEMBER_SECONDS);
      await redis.publish(channel, id);
    },
    isCancelled: async (id) => (await redis.exists(key(id))) === 1,
    async listen(onCancel) {
      const { commandTimeout: _, ...patient } = redis.options; // it waits for a Redis that is away
      const subscriber = new Redis({ ...patient, maxRetriesPerRequest: null });
      subscriber.on("error", () => {}); // it connects again by itself; the asking connection reports the outage
      subscriber.on("message", (_, id) => onCancel(id));
      await subscriber.subscribe(channel);
      return async () => subscriber.disconnect();
    },
  };
}

const processorSchema = z.object({
  id: z.string(),
  host: z.string(),
  devices: z.array(z.string()),
  concurrency: z.number().int(),
  /** which fingerprint of the road it works with: results of another one are not its own */
  fingerprint: z.string().default(""),
  running: z.array(z.string()),
  /** its store or disk fails: it takes no jobs until that is mended */
  inTrouble: z.boolean().default(false),
  /** seconds of audio for a second of work, over the last jobs; absent before the first */
  speed: z.number().optional(),
  /** seconds of work a job, over the last jobs */
  secondsPerJob: z.number().optional(),
  startedAt: z.number(),
});

export type ProcessorState = z.infer<typeof processorSchema>;

/** seconds after which a processor that is silent counts as gone */
const PRESENT_SECONDS = 15;

const fingerprintKey = (prefix: string) => `${prefix}:fingerprint`;

/** A processor says that it is there; to be called every five seconds. */
export async function announceProcessor(redis: Redis, prefix: string, state: ProcessorState): Promise<void> {
  await redis.set(`${prefix}:processor:${state.id}`, JSON.stringify(state), "EX", PRESENT_SECONDS);
  await redis.sadd(`${prefix}:processors`, state.id);
  await redis.set(fingerprintKey(prefix), state.fingerprint);
}

/** @returns the fingerprint that songs are worked on with at present; undefined until a processor was there */
export async function currentFingerprint(redis: Redis, prefix: string): Promise<string | undefined> {
  return (await redis.get(fingerprintKey(prefix))) ?? undefined;
}

/** A processor says that it goes. */
export async function withdrawProcessor(redis: Redis, prefix: string, id: string): Promise<void> {
  await redis.del(`${prefix}:processor:${id}`);
  await redis.srem(`${prefix}:processors`, id);
}

/** @returns the processors that were heard of in the last seconds */
export async function presentProcessors(redis: Redis, prefix: string): Promise<readonly ProcessorState[]> {
  const ids = await redis.smembers(`${prefix}:processors`);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map((id) => `${prefix}:processor:${id}`));
  const gone = ids.filter((_, index) => texts[index] === null);
  if (gone.length) await redis.srem(`${prefix}:processors`, ...gone);
  // What a processor of another version says may be of another shape.
  return texts.flatMap((text) => (text ? (processorSchema.safeParse(JSON.parse(text)).data ?? []) : []));
}

/** A processor tells which network it heard with. */
export async function rememberModel(redis: Redis, prefix: string, model: string): Promise<void> {
  await redis.set(`${prefix}:model`, model);
}

/** @returns the network that the last job was heard with */
export async function lastModel(redis: Redis, prefix: string): Promise<string | undefined> {
  return (await redis.get(`${prefix}:model`)) ?? undefined;
}
