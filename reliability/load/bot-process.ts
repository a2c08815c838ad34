import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { until } from "../../tests/support/discord/server.ts";
import type { Stage } from "../../tests/support/stage.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the bot in its own process, as in production, so that its memory and CPU time can be measured. */
export async function spawnBot(stage: Stage, extra: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...stage.environment({ LOG_LEVEL: "info", ...extra }) };
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", "bot/main.ts"], { cwd: ROOT, env });
  const lines: string[] = [];
  child.stdout!.on("data", (text) => lines.push(...String(text).trim().split("\n")));
  child.stderr!.pipe(process.stderr);
  await until(() => lines.some((line) => line.includes("bot is ready")), 30_000);
  return {
    lines,
    pid: child.pid!,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    /** resident memory in MB */
    memory: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]) / 1024,
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** @returns a quantile of the values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
