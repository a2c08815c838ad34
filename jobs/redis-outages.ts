import type { Redis } from "ioredis";
import type { Log } from "./log.ts";

/** Logs when Redis stops answering and when it answers again; a client reports every attempt in between. */
export function logOutages(redis: Redis, log: Log): void {
  let isDown = false;
  redis.on("error", (err) => {
    if (!isDown) log.warn({ err }, "Redis does not answer");
    isDown = true;
  });
  redis.on("ready", () => {
    if (isDown) log.info("Redis answers again");
    isDown = false;
  });
}

/** @returns whether Redis cannot be reached or accepts no more data, by the words of its driver and its own */
export function isRedisOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: string }).code;
  return (
    error.name === "MaxRetriesPerRequestError" ||
    /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)/.test(code ?? "") ||
    /Command timed out|Connection is closed|Stream isn't writeable|^(EXECABORT|LOADING|MISCONF|OOM|READONLY) /.test(
      error.message,
    )
  );
}

/** @returns what the operator has to do where Redis answers but does not let this process in; undefined for other errors */
export function explainRedisRefusal(error: Error): string | undefined {
  if (/^NOAUTH/.test(error.message)) {
    return "Redis needs a password: put it into REDIS_URL (redis://:password@host:6379).";
  }
  if (/^(WRONGPASS|ERR invalid password|ERR AUTH)/.test(error.message)) {
    return "Redis rejects the user name or the password in REDIS_URL.";
  }
  return undefined;
}
