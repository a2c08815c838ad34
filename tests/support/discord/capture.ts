import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Exchange } from "./openapi.ts";

/** Writes requests and answers into the folder that DISCORD_CAPTURE names, one JSON line each. */
export function capture(exchanges: readonly Exchange[]): void {
  const folder = process.env.DISCORD_CAPTURE;
  if (!folder || exchanges.length === 0) return;
  writeFileSync(join(folder, randomUUID()), exchanges.map((exchange) => `${JSON.stringify(exchange)}\n`).join(""));
}
