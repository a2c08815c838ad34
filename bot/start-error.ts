import type { BotSettings } from "@groovesheet/jobs/settings.ts";
import { DiscordAPIError, DiscordjsError, DiscordjsErrorCodes } from "discord.js";

/** The bot cannot start; the message is one line for the operator, who can mend it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** @returns what the operator has to do, or the error itself where it is a bug */
export function explainStart(error: unknown, settings: BotSettings): unknown {
  const line = lineFor(error, settings);
  return line === undefined ? error : new StartError(line, { cause: error });
}

function lineFor(error: unknown, settings: BotSettings): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: unknown }).code;
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) return WRONG_TOKEN;
  if (error instanceof DiscordAPIError) {
    if (error.status === 401) return WRONG_TOKEN;
    return `Discord refuses the start: ${error.message} (code ${error.code}).`;
  }
  if (/disallowed intents/i.test(error.message)) {
    return "Discord refuses the intents: allow them in the developer portal, page Bot, Privileged Gateway Intents.";
  }
  if (error.name === "MaxRetriesPerRequestError" || /redis|Command timed out/i.test(error.stack ?? "")) {
    return "Redis does not answer at REDIS_URL. Start it, or leave REDIS_URL empty and use `npm start`.";
  }
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN" || error.name === "HTTPError") {
    return `Discord does not answer at ${new URL(settings.DISCORD_API_URL).origin}: ${String(code ?? error.message)}.`;
  }
  return undefined;
}

const WRONG_TOKEN =
  "DISCORD_TOKEN is wrong: copy it anew from the Discord developer portal, page Bot, Reset Token, without anything before it.";
