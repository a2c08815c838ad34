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
