import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { until } from "./discord/server.ts";
import { freePort } from "./redis.ts";

/** A local server that emulates a cloud store, with one empty bucket. */
export interface TestCloud {
  /** settings for it */
  readonly settings: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const BUCKET = "scores";
const programs = fileURLToPath(new URL("../../.cache/test-servers/bin/", import.meta.url));

/** false, with a printed reason, if the servers are not installed; `npm test` installs them if Python is available */
export const hasClouds = (() => {
  const found = existsSync(`${programs}moto_server`) && existsSync(`${programs}gcp-storage-emulator`);
  if (!found) console.warn("skipped: no S3 and GCS servers in .cache/test-servers (tests/support/test-servers.txt)");
  return found;
})();

/** moto: emulates Amazon's services with buckets in memory */
export async function startS3(): Promise<TestCloud> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = launch("moto_server", ["-H", "127.0.0.1", "-p", String(port)]);
  await answers(endpoint, child);
  await fetch(`${endpoint}/${BUCKET}`, { method: "PUT" });
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-secret" };
  return {
    settings: { STORE: "s3", STORE_BUCKET: BUCKET, STORE_ENDPOINT: endpoint, ...credentials },
    stop: () => end(child),
  };
}

/** emulates Google Cloud Storage with buckets in memory */
export async function startGcs(): Promise<TestCloud> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const options = ["--host", "127.0.0.1", "--port", String(port), "--in-memory", "--default-bucket", BUCKET, "--quiet"];
  const child = launch("gcp-storage-emulator", ["start", ...options]);
  await answers(endpoint, child);
  return { settings: { STORE: "gcs", STORE_BUCKET: BUCKET, STORE_ENDPOINT: endpoint }, stop: () => end(child) };
}

function launch(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(`${programs}${program}`, args, { stdio: "ignore" });
  child.on("error", () => {}); // `answers` reports it
  return child;
}

async function answers(endpoint: string, child: ChildProcess): Promise<void> {
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    return await fetch(endpoint).then(
      () => true,
      () => false,
    );
  }, 60_000);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
