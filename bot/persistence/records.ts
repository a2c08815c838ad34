import { type Request, requestSchema } from "@groovesheet/jobs/request.ts";
import type { Redis } from "ioredis";

/** One request of a person within a group that has a limit: how many came before it. */
export interface Standing {
  /** unfinished requests of the group that are older */
  readonly unfinishedBefore: number;
  /** requests of the group in the last 24 hours that are older, finished or not */
  readonly todayBefore: number;
}

/** Who shares a limit. */
export type Group = { readonly user: string } | { readonly guild: string } | "everybody";

/** What is left to delete after a person's records. */
export interface Forgotten {
  readonly requests: readonly Request[];
  /** of recordings that nobody else asked for */
  readonly hashes: readonly string[];
}

/**
 * The records of all requests in Redis. A request is *open* from the moment it was heard until it was answered: what is
 * open after a restart is owed an answer.
 */
export interface Records {
  /** @returns false where the same request is known already: Discord may tell of it twice */
  create(request: Request): Promise<boolean>;
  get(id: string): Promise<Request | undefined>;
  save(request: Request): Promise<void>;
  /** keeps the final state; from here on no answer is owed */
  close(request: Request): Promise<void>;
  /** a finished request is owed an answer again */
  reopen(request: Request): Promise<void>;
  /** forgets a request that was refused; it counts against no limit */
  discard(request: Request): Promise<void>;
  openIds(): Promise<readonly string[]>;
  /** no answer is owed to an id whose record is gone */
  drop(id: string): Promise<void>;
  /** newest first; all where `count` is 0 */
  ofUser(userId: string, count: number): Promise<readonly Request[]>;
  standing(request: Request, group: Group): Promise<Standing>;
  /** seconds of audio that a group had transcribed in the last 24 hours, counted by the hour */
  secondsToday(group: Group): Promise<number>;
  /**
   * Takes the right to answer a request for a time; only one process has it.
   *
   * @returns a function that gives it back, or undefined where another process has it
   */
  claim(id: string): Promise<(() => Promise<void>) | undefined>;
  /** deletes the records of a person's finished requests */
  forget(userId: string): Promise<Forgotten>;
}

/** records that are read at once */
const AT_ONCE = 500;
const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
/** milliseconds after which a process that died while answering no longer holds its claim */
const CLAIM_MS = 15_000;
/** milliseconds between two words of a process that it is still at it */
const RENEW_MS = 5000;

/** Writes a record that is not there yet and, with it or not at all, what makes it known (a list of commands as JSON). */
const CREATE = `
if not redis.call("set", KEYS[1], ARGV[1], "EX", ARGV[2], "NX") then return 0 end
for _, command in ipairs(cjson.decode(ARGV[3])) do redis.call(unpack(command)) end
return 1`;

/** @param keepDays days that a record outlives its last change */
export function openRecords(redis: Redis, prefix: string, keepDays: number): Records {
  const key = (...parts: string[]) => [prefix, ...parts].join(":");
  const recordKey = (id: string) => key("request", id);
  const keepSeconds = keepDays * 24 * 3600;
  const groupsOf = (request: Request): string[] => [
    "everybody",
    `user:${request.requester.userId}`,
    ...(request.requester.guildId ? [`guild:${request.requester.guildId}`] : []),
  ];
  const nameOf = (group: Group) =>
    group === "everybody" ? group : "user" in group ? `user:${group.user}` : `guild:${group.guild}`;

  /** where the seconds of a group are summed up, an hour each: this hour and those of a day before it */
  const hourKeys = (group: string) => {
    const now = Math.floor(Date.now() / HOUR);
    return Array.from({ length: DAY / HOUR }, (_, ago) => key("heard", group, String(now - ago)));
  };
  const countSeconds = (request: Request) => {
    if (request.kind !== "transcribe" || request.state !== "done" || !request.result) return [];
    const seconds = String(request.result.duration);
    return groupsOf(request).flatMap((group) => {
      const [thisHour] = hourKeys(group) as [string];
      return [
        ["incrbyfloat", thisHour, seconds],
        ["pexpire", thisHour, String(DAY)],
      ];
    });
  };

  const write = (request: Request) => [
    "set",
    recordKey(request.id),
    JSON.stringify(request),
    "EX",
    String(keepSeconds),
  ];

  const get = async (id: string) => {
    const text = await redis.get(recordKey(id));
    return text === null ? undefined : requestSchema.parse(JSON.parse(text));
  };

  const leaveGroups = (request: Request, sets: readonly string[]) =>
    groupsOf(request).flatMap((group) => sets.map((set) => ["zrem", key(set, group), request.id]));

  const changeTogether = async (commands: string[][]) => {
    const results = await redis.multi(commands).exec();
    const failed = results?.find(([error]) => error)?.[0];
    if (failed) throw failed;
  };

  const readAll = async (ids: readonly string[]) => {
    const requests: Request[] = [];
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const texts = await redis.mget(ids.slice(start, start + AT_ONCE).map(recordKey));
      requests.push(...texts.flatMap((text) => (text === null ? [] : [requestSchema.parse(JSON.parse(text))])));
    }
    return requests;
  };
  const ofUser = async (userId: string, count: number) =>
    readAll(await redis.zrevrange(key("all", `user:${userId}`), 0, count - 1));

  return {
    get,
    ofUser,

    async create(request) {
      const score = String(request.createdAt);
      const groups = request.kind === "transcribe" ? groupsOf(request) : [];
      const changes = key("changes", `user:${request.requester.userId}`);
      const known = [
        ["zadd", key("open"), score, request.id],
        // A change to a score is quick and no new recording: it is owed an answer but counts against no limit.
        ...(groups.length
          ? []
          : [
              ["zadd", changes, score, request.id],
              ["expire", changes, String(keepSeconds)],
            ]),
        ...groups.flatMap((group) => [
          ["zadd", key("unfinished", group), score, request.id],
          ["zadd", key("all", group), score, request.id],
          ["zremrangebyscore", key("all", group), "-inf", String(request.createdAt - keepSeconds * 1000)],
          ["expire", key("all", group), String(keepSeconds)],
        ]),
      ];
      const record = [JSON.stringify(request), keepSeconds, JSON.stringify(known)];
      return (await redis.eval(CREATE, 1, recordKey(request.id), ...record)) === 1;
    },

    async save(request) {
      await changeTogether([write(request)]);
    },

    async close(request) {
      await changeTogether([
        write(request),
        ["zrem", key("open"), request.id],
        ...leaveGroups(request, ["unfinished"]),
        ...countSeconds(request),
      ]);
    },

    async reopen(request) {
      await changeTogether([write(request), ["zadd", key("open"), String(request.createdAt), request.id]]);
    },

    async discard(request) {
      await changeTogether([
        ["del", recordKey(request.id)],
        ["zrem", key("open"), request.id],
        ...leaveGroups(request, ["unfinished", "all"]),
      ]);
    },

    async drop(id) {
      await redis.zrem(key("open"), id);
    },

    openIds: () => redis.zrange(key("open"), 0, -1),

    async standing(request, group) {
      const since = request.createdAt - DAY;
      const [unfinished, today] = await Promise.all([
        redis.zrank(key("unfinished", nameOf(group)), request.id),
        redis.zcount(key("all", nameOf(group)), since, `(${request.createdAt}`),
      ]);
      return { unfinishedBefore: unfinished ?? 0, todayBefore: today };
    },

    async secondsToday(group) {
      const heard = await redis.mget(hourKeys(nameOf(group)));
      return heard.reduce((sum, seconds) => sum + Number(seconds ?? 0), 0);
    },

    async claim(id) {
      const claimKey = key("answering", id);
      const mine = `${process.pid}-${Math.random()}`;
      if ((await redis.set(claimKey, mine, "PX", CLAIM_MS, "NX")) === null) return undefined;
      const ifMine = async (act: () => Promise<unknown>) => {
        if ((await redis.get(claimKey)) === mine) await act();
      };
      const renewing = setInterval(() => {
        ifMine(() => redis.pexpire(claimKey, CLAIM_MS)).catch(() => {}); // Redis is away: it is lost, or kept by chance
      }, RENEW_MS);
      return async () => {
        clearInterval(renewing);
        await ifMine(() => redis.del(claimKey)).catch(() => {}); // it lapses by itself
      };
    },

    async forget(userId) {
      const changes = await redis.zrange(key("changes", `user:${userId}`), 0, -1);
      const requests = [...(await ofUser(userId, 0)), ...(await readAll(changes))];
      const finished = requests.filter(({ state }) => state !== "received" && state !== "queued");
      for (const request of finished) {
        await changeTogether([
          ["del", recordKey(request.id)],
          ["zrem", key("open"), request.id],
          ["zrem", key("changes", `user:${userId}`), request.id],
          ...leaveGroups(request, ["unfinished", "all"]),
        ]);
      }
      await redis.del(hourKeys(nameOf({ user: userId })));
      const hashes = new Set(finished.flatMap((request) => request.source?.hash ?? []));
      for (const other of await readAll(await redis.zrange(key("all", "everybody"), 0, -1))) {
        if (other.source) hashes.delete(other.source.hash);
      }
      return { requests: finished, hashes: [...hashes] };
    },
  };
}
