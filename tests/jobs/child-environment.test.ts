import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadWithYtDlp } from "@groovesheet/bot/links/yt-dlp.ts";
import { listenOptionsSchema, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { childEnvironment } from "@groovesheet/jobs/processes/child-environment.ts";
import { decodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { runFfmpeg } from "@groovesheet/processor/ffmpeg.ts";
import { openChild } from "@groovesheet/processor/sandbox/child.ts";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { mediaFolder } from "../support/media.ts";

const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
/** Set in the parent; no child may see one of them. */
const SECRETS = {
  DISCORD_TOKEN: "a.secret.token",
  REDIS_URL: "redis://:secret@127.0.0.1",
  QUEUE_PAGE_TOKEN: "a-secret-of-the-page",
  AWS_SECRET_ACCESS_KEY: "secret",
  GOOGLE_APPLICATION_CREDENTIALS: "/secret.json",
  NPM_TOKEN: "secret",
  FFREPORT: "file=/tmp/secret",
  NODE_OPTIONS: "--title=secret",
};

beforeEach(() => {
  for (const [name, value] of Object.entries(SECRETS)) if (name !== "NODE_OPTIONS") vi.stubEnv(name, value);
  vi.stubEnv("CUDA_VISIBLE_DEVICES", "0");
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => folder.remove());

function script(name: string, text: string): string {
  writeFileSync(at(name), `#!/bin/sh\n${text}\n`);
  chmodSync(at(name), 0o755);
  return at(name);
}

function expectNoSecrets(environment: string): void {
  expect(environment).toContain("PATH");
  expect(environment).not.toMatch(/secret/i);
  for (const name of Object.keys(SECRETS)) expect(environment).not.toContain(name);
}

test("FFmpeg sees no secret", async () => {
  vi.stubEnv("FFMPEG_PATH", script("ffmpeg", "env"));
  let text = "";
  const onOutput = (chunk: Buffer) => {
    text += chunk;
    return true;
  };
  await runFfmpeg({ args: [], timeout: 20, maxMegabytes: 500, onOutput });
  expectNoSecrets(text);
});

test("the pipeline's child process sees no secret, but the settings of graphics drivers", async () => {
  const limits = { seconds: 60, secondsPerMinute: 0, megabytes: 1000, tasks: 5, silentSeconds: 60 };
  const child = openChild(new URL("../support/environment-pipeline.ts", import.meta.url), limits);
  const options = {
    listen: listenOptionsSchema.parse({}),
    notate: notateOptionsSchema.parse({}),
    formats: [],
    devices: [],
    limits: decodeLimits({}),
  };
  let text = "";
  const onLog = (line: string) => {
    text += line;
  };
  const { signal } = new AbortController();
  const run = child.run({ kind: "transcribe", path: "", options }, { onLog, onProgress: () => {}, signal });
  await expect(run).rejects.toMatchObject({ code: "internal" });
  await child.close();
  expectNoSecrets(text);
  expect(JSON.parse(text)).toMatchObject({ CUDA_VISIBLE_DEVICES: "0" });
});

test("yt-dlp sees no secret", async () => {
  const program = script("yt-dlp", 'while [ "$1" != --paths ]; do shift; done; env > "$2/song.wav"');
  const url = new URL("https://example.org/song");
  const output = mediaFolder();
  const path = await downloadWithYtDlp(program, url, output.path, {
    megabytes: 1,
    seconds: 20,
    privateHosts: [],
  } as never);
  expectNoSecrets(readFileSync(path, "utf8"));
  output.remove();
});

test("only allowed variables are passed on, those with an allowed prefix among them", () => {
  const environment = { PATH: "/bin", LC_ALL: "C", VK_ICD_FILENAMES: "a", VKX: "b", TOKEN: "c", Path: "/windows" };
  expect(childEnvironment(["VK_"], environment)).toEqual({
    PATH: "/bin",
    LC_ALL: "C",
    VK_ICD_FILENAMES: "a",
    Path: "/windows",
  });
});
