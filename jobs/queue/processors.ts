import type { Redis } from "ioredis";
import { z } from "zod";

const processorSchema = z.object({
  id: z.string(),
  host: z.string(),
  devices: z.array(z.string()),
  concurrency: z.number().int(),
  /** fingerprint of its pipeline: results of another one are not its own */
  fingerprint: z.string().default(""),
  running: z.array(z.string()),
  /** true while it takes no jobs because its store or disk fails */
  circuitOpen: z.boolean().default(false),
  /** seconds of audio for a second of work, over the last jobs; absent before the first */
  speed: z.number().optional(),
  /** seconds of work a job, over the last jobs */
  secondsPerJob: z.number().optional(),
  startedAt: z.number(),
});

export type ProcessorState = z.infer<typeof processorSchema>;

/** seconds after its last announcement until a processor is considered gone */
const PRESENT_SECONDS = 15;

const fingerprintKey = (prefix: string) => `${prefix}:fingerprint`;

/** Announces a processor; call it every five seconds. */
export async function announceProcessor(redis: Redis, prefix: string, state: ProcessorState): Promise<void> {
  await redis.set(`${prefix}:processor:${state.id}`, JSON.stringify(state), "EX", PRESENT_SECONDS);
  await redis.sadd(`${prefix}:processors`, state.id);
  await redis.set(fingerprintKey(prefix), state.fingerprint);
}

/** @returns fingerprint of the pipeline that is in use; undefined until a processor has announced itself */
export async function currentFingerprint(redis: Redis, prefix: string): Promise<string | undefined> {
  return (await redis.get(fingerprintKey(prefix))) ?? undefined;
}

/** Removes a processor from the list of those present. */
export async function withdrawProcessor(redis: Redis, prefix: string, id: string): Promise<void> {
  await redis.del(`${prefix}:processor:${id}`);
  await redis.srem(`${prefix}:processors`, id);
}

/** @returns the processors that announced themselves within the last `PRESENT_SECONDS` */
export async function presentProcessors(redis: Redis, prefix: string): Promise<readonly ProcessorState[]> {
  const ids = await redis.smembers(`${prefix}:processors`);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map((id) => `${prefix}:processor:${id}`));
  const gone = ids.filter((_, index) => texts[index] === null);
  if (gone.length) await redis.srem(`${prefix}:processors`, ...gone);
  // A processor of another version may write another shape.
  return texts.flatMap((text) => (text ? (processorSchema.safeParse(JSON.parse(text)).data ?? []) : []));
}

/** Stores the name of the network of the last job. */
export async function rememberModel(redis: Redis, prefix: string, model: string): Promise<void> {
  await redis.set(`${prefix}:model`, model);
}

/** @returns name of the network that the last job used */
export async function lastModel(redis: Redis, prefix: string): Promise<string | undefined> {
  return (await redis.get(`${prefix}:model`)) ?? undefined;
}
