import { explainRedisRefusal } from "@groovesheet/jobs/redis-outages.ts";
import { type BotSettings, SettingsError } from "@groovesheet/jobs/settings.ts";
import { DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, GatewayCloseCodes, HTTPError } from "discord.js";

/** The bot cannot run; the message is one line for the operator, who can fix it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

const WRONG_TOKEN =
  "Discord rejects DISCORD_TOKEN: copy it again from the Discord developer portal, page Bot, Reset Token, without anything before it.";
const WRONG_INTENTS =
  "Discord rejects the intents: allow them in the developer portal, page Bot, Privileged Gateway Intents.";

/** Codes with which the gateway closes a connection for good. */
const FATAL_CLOSES: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.AuthenticationFailed]: WRONG_TOKEN,
  [GatewayCloseCodes.InvalidShard]: "Discord rejects the number of connections: set DISCORD_SHARDS to auto.",
  [GatewayCloseCodes.ShardingRequired]:
    "The bot is in too many servers for its number of connections: set DISCORD_SHARDS to auto.",
  [GatewayCloseCodes.InvalidAPIVersion]: "Discord no longer speaks this version of its protocol: update GrooveSheet.",
  [GatewayCloseCodes.InvalidIntents]: WRONG_INTENTS,
  [GatewayCloseCodes.DisallowedIntents]: WRONG_INTENTS,
};

/** @returns the error for a close code of the gateway after which the bot cannot connect again */
export function explainClose(code: number): StartError {
  return new StartError(FATAL_CLOSES[code] ?? `Discord closed the connection for good (code ${code}).`);
}

/** @returns the error in the operator's words; the same error if it is a bug */
export function explainStart(error: unknown, settings: BotSettings): unknown {
  const line = error instanceof Error ? lineFor(error, settings) : undefined;
  return line === undefined ? error : new StartError(line, { cause: error });
}

function lineFor(error: Error, settings: BotSettings): string | undefined {
  if (error instanceof StartError || error instanceof SettingsError) return error.message;
  return lineForRedis(error) ?? lineForDiscord(error, settings);
}

function lineForRedis(error: Error): string | undefined {
  const refusal = explainRedisRefusal(error);
  if (refusal) return refusal;
  if (/^(NOPERM|LOADING|MISCONF|READONLY)/.test(error.message)) return `Redis cannot be used: ${error.message}`;
  if (error.name === "MaxRetriesPerRequestError" || /redis|Command timed out/i.test(error.stack ?? "")) {
    return "Redis does not answer at REDIS_URL. Start it, or leave REDIS_URL empty and use `npm start`.";
  }
  return undefined;
}

function lineForDiscord(error: Error, settings: BotSettings): string | undefined {
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) return WRONG_TOKEN;
  if (/disallowed intents/i.test(error.message)) return WRONG_INTENTS;
  if (error instanceof DiscordAPIError) {
    if (error.status === 401) return WRONG_TOKEN;
    return `Discord refuses the start: ${error.message} (code ${error.code}).`;
  }
  const resets = /Not enough sessions remaining.*resets at (\S+)/.exec(error.message)?.[1];
  if (resets) return `The bot was started too often: Discord allows no new connection until ${resets}.`;
  const origin = new URL(settings.DISCORD_API_URL).origin;
  if (error instanceof HTTPError) return `Discord does not answer at ${origin}: HTTP ${error.status}.`;
  const status = /Unexpected server response: (\d+)/.exec(error.message)?.[1];
  if (status) return `Discord's gateway does not answer: HTTP ${status}.`;
  const code = codeOf(error);
  const isAway = code !== undefined && /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENETUNREACH|UND_ERR)/.test(code);
  return isAway ? `Discord does not answer at ${origin}: ${code}.` : undefined;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}
