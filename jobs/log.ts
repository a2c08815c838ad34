import { type Logger, pino } from "pino";

export type Log = Logger;

/** Names of fields that can hold a secret. */
const SECRETS = ["token", "url", "authorization", "DISCORD_TOKEN", "REDIS_URL", "rawError", "requestBody"];

/** longest text in the log, characters: errors can repeat arbitrary input */
const LONGEST = 8000;

/**
 * Removes secrets from a text: signatures of URLs, tokens in webhook paths, and credentials.
 */
export function withoutSecrets(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/(https?:\/\/|rediss?:\/\/)[^\s/@]*@/g, "$1")
    .replace(/(https?:\/\/[^\s?"']+)\?[^\s"']*/g, "$1?…")
    .replace(/(\/(?:webhooks|interactions)\/\d+\/)[^\s/"'?]+/g, "$1…")
    .replace(/(?<![\w-])[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}/g, "…");
}

/** Opens a log that writes JSON lines to standard output; `base` names the process. */
export function openLog(level: string, process: "bot" | "processor"): Log {
  return pino({
    level,
    base: { process },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "…" },
    serializers: { err: describeError },
  });
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutSecrets(String(error)) };
  const { code, status } = error as { code?: unknown; status?: unknown };
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    stack: withoutSecrets(error.stack ?? ""),
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...cause,
  };
}
