import { isOpen, type RequestState, requestSchema, type TranscriptionRequest } from "@groovesheet/jobs/request.ts";
import type { Redis } from "ioredis";
import { DAY_MS, groupKeys, groupsOf, type Limit, queueGroupOf } from "./groups.ts";

/** A limit is reached; nothing was reserved. */
export class LimitReachedError extends Error {
  override readonly name = "LimitReachedError";
  /** which of the limits that were given */
  readonly index: number;
  constructor(index: number) {
    super(`limit ${index} is reached`);
    this.index = index;
  }
}

/**
 * The records of all requests in Redis. A request is *open* until it is answered: a bot that starts answers what is
 * open. Open requests count against the limits of their groups until they are answered or discarded.
 */
export interface Records {
  /**
   * Writes the record of a new request and reserves its share of all limits, in one step.
   *
   * @returns false where the request is known already: Discord may send an event twice
   * @throws LimitReachedError for the first limit that is reached
   */
  create(request: TranscriptionRequest, limits?: readonly Limit[]): Promise<boolean>;
  get(id: string): Promise<TranscriptionRequest | undefined>;
  /**
   * Writes the new state of a request. A final state gives back what was reserved and counts the audio that was heard.
   *
   * @param from states that the record may be in
   * @returns false where it is in another state, or gone: then nothing changes
   */
  move(request: TranscriptionRequest, from: readonly RequestState[]): Promise<boolean>;
  /** deletes the record; the request counts against no limit */
  discard(request: TranscriptionRequest): Promise<void>;
  openIds(): Promise<readonly string[]>;
  /** removes an id from the open ones whose record is gone */
  drop(id: string): Promise<void>;
  /** songs, newest first; all where `count` is 0; damaged records are left out */
  ofUser(userId: string, count: number): Promise<readonly TranscriptionRequest[]>;
  /** a person's open changes to scores, oldest first */
  openChanges(userId: string): Promise<readonly TranscriptionRequest[]>;
  /** how many open requests of the person are older: each lets one round of other people go first */
  ahead(request: TranscriptionRequest): Promise<number>;
  /** how much of a limit is in use */
  used(limit: Omit<Limit, "maximum">): Promise<number>;
  /** all records as they are stored, damaged ones too */
  scan(): AsyncIterable<{ readonly id: string; readonly text: string }>;
  /** deletes a record whose text cannot be read, and the sums of a person's audio */
  deleteDamaged(id: string): Promise<void>;
  deleteSums(userId: string): Promise<void>;
}

/** seconds that a song counts until it is answered and its length is known */
const USUAL_SECONDS = 240;
/** records that are read with one command */
const BATCH = 500;

const USED = `
local function used(measure, keys, since, perSong)
  if measure == "unfinished" then return redis.call("zcard", keys[1]) end
  if measure == "today" then return redis.call("zcount", keys[2], since, "+inf") end
  local sum = perSong * redis.call("zcard", keys[1])
  for i = 3, #keys do sum = sum + tonumber(redis.call("get", keys[i]) or "0") end
  return sum
end
`;
/** Returns -1 where the record is there already, the number of the limit that is reached, or 0. */
const CREATE = `${USED}
if redis.call("exists", KEYS[1]) == 1 then return -1 end
for i, limit in ipairs(cjson.decode(ARGV[4])) do
  if used(limit.measure, limit.keys, limit.since, limit.perSong) >= limit.maximum then return i end
end
redis.call("set", KEYS[1], ARGV[1], "EX", ARGV[2])
for _, command in ipairs(cjson.decode(ARGV[3])) do redis.call(unpack(command)) end
return 0`;
const MOVE = `
local text = redis.call("get", KEYS[1])
if not text then return 0 end
local readable, record = pcall(cjson.decode, text)
if not readable or type(record) ~= "table" then return 0 end
for _, state in ipairs(cjson.decode(ARGV[2])) do
  if record.state == state then
    for _, command in ipairs(cjson.decode(ARGV[1])) do redis.call(unpack(command)) end
    return 1
  end
end
return 0`;
const READ_USED = `${USED}
local limit = cjson.decode(ARGV[1])
return tostring(used(limit.measure, limit.keys, limit.since, limit.perSong))`;

/** @param keepDays days that a record outlives its last change */
export function openRecords(redis: Redis, prefix: string, keepDays: number): Records {
  const recordKey = (id: string) => `${prefix}:request:${id}`;
  const openKey = `${prefix}:open`;
  const keepSeconds = keepDays * 24 * 3600;
  const keysOf = (request: TranscriptionRequest) => groupsOf(request).map((group) => groupKeys(prefix, group));

  const write = (request: TranscriptionRequest) => [
    "set",
    recordKey(request.id),
    JSON.stringify(request),
    "EX",
    String(keepSeconds),
  ];
  const enter = (request: TranscriptionRequest) => {
    const score = String(request.createdAt);
    return [
      ["zadd", openKey, score, request.id],
      ...keysOf(request).flatMap(({ unfinished, all }) => [
        ["zadd", unfinished, score, request.id],
        ["zadd", all, score, request.id],
        ["zremrangebyscore", all, "-inf", String(request.createdAt - keepSeconds * 1000)],
        ["expire", all, String(keepSeconds)],
      ]),
    ];
  };
  const leave = (request: TranscriptionRequest) => [
    ["zrem", openKey, request.id],
    ...keysOf(request).map(({ unfinished }) => ["zrem", unfinished, request.id]),
  ];
  const countSeconds = (request: TranscriptionRequest) => {
    if (request.kind !== "transcribe" || request.state !== "done" || !request.result) return [];
    const seconds = String(request.result.duration);
    return keysOf(request).flatMap(({ hours }) => [
      ["incrbyfloat", hours()[0]!, seconds],
      ["pexpire", hours()[0]!, String(DAY_MS)],
    ]);
  };
  const measured = ({ group, measure }: Omit<Limit, "maximum">, now: number) => {
    const { unfinished, all, hours } = groupKeys(prefix, group);
    return { measure, keys: [unfinished, all, ...hours()], since: now - DAY_MS, perSong: USUAL_SECONDS };
  };

  const changeTogether = async (commands: string[][]) => {
    const results = await redis.multi(commands).exec();
    const failed = results?.find(([error]) => error)?.[0];
    if (failed) throw failed;
  };
  const readAll = async (ids: readonly string[]) => {
    const requests: TranscriptionRequest[] = [];
    for (let start = 0; start < ids.length; start += BATCH) {
      const texts = await redis.mget(ids.slice(start, start + BATCH).map(recordKey));
      requests.push(...texts.flatMap((text) => (text === null ? [] : (readRecord(text) ?? []))));
    }
    return requests;
  };

  return {
    async create(request, limits = []) {
      const checks = limits.map((limit) => ({ ...measured(limit, request.createdAt), maximum: limit.maximum }));
      const record = [JSON.stringify(request), keepSeconds, JSON.stringify(enter(request)), JSON.stringify(checks)];
      const reached = Number(await redis.eval(CREATE, 1, recordKey(request.id), ...record));
      if (reached > 0) throw new LimitReachedError(reached - 1);
      return reached === 0;
    },

    async get(id) {
      const text = await redis.get(recordKey(id));
      return text === null ? undefined : requestSchema.parse(JSON.parse(text));
    },

    async move(request, from) {
      const changes = isOpen(request)
        ? [write(request), ...enter(request)]
        : [write(request), ...leave(request), ...countSeconds(request)];
      return (await redis.eval(MOVE, 1, recordKey(request.id), JSON.stringify(changes), JSON.stringify(from))) === 1;
    },

    async discard(request) {
      await changeTogether([
        ["del", recordKey(request.id)],
        ...leave(request),
        ...keysOf(request).map(({ all }) => ["zrem", all, request.id]),
      ]);
    },

    openIds: () => redis.zrange(openKey, 0, -1),

    async drop(id) {
      await redis.zrem(openKey, id);
    },

    ofUser: async (userId, count) =>
      readAll(await redis.zrevrange(groupKeys(prefix, { user: userId }).all, 0, count - 1)),

    openChanges: async (userId) =>
      readAll(await redis.zrange(groupKeys(prefix, { changesOf: userId }).unfinished, 0, -1)),

    async ahead(request) {
      const { unfinished } = groupKeys(prefix, queueGroupOf(request));
      return (await redis.zrank(unfinished, request.id)) ?? 0;
    },

    used: async (limit) => Number(await redis.eval(READ_USED, 0, JSON.stringify(measured(limit, Date.now())))),

    async *scan() {
      for await (const keys of redis.scanStream({ match: recordKey("*"), count: BATCH })) {
        if ((keys as string[]).length === 0) continue;
        const texts = await redis.mget(keys);
        for (const [index, text] of texts.entries()) {
          if (text !== null) yield { id: (keys as string[])[index]!.slice(recordKey("").length), text };
        }
      }
    },

    async deleteDamaged(id) {
      await changeTogether([
        ["del", recordKey(id)],
        ["zrem", openKey, id],
      ]);
    },

    async deleteSums(userId) {
      await redis.del(...groupKeys(prefix, { user: userId }).hours());
    },
  };
}

/** @returns the request, or undefined where the record is damaged or of another version */
export function readRecord(text: string): TranscriptionRequest | undefined {
  try {
    return requestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
