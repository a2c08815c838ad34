import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { inputArgs } from "@groovesheet/processor/decode/probe.ts";
import { findFfmpeg, runFfmpeg } from "@groovesheet/processor/ffmpeg.ts";
import { isolated, isolation } from "@groovesheet/processor/isolation.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { lavfi, makeMedia, mediaFolder } from "../support/media.ts";

const folder = mediaFolder();
const at = (name: string) => join(folder.path, name);
const connections = createServer((socket) => socket.destroy());
let port = 0;

beforeAll(async () => {
  connections.listen(0, "127.0.0.1");
  await once(connections, "listening");
  port = (connections.address() as { port: number }).port;
});
afterAll(() => {
  connections.close();
  folder.remove();
});
afterEach(() => vi.unstubAllEnvs());

/** Runs a script in FFmpeg's place. @returns its standard output */
async function runInstead(script: string, timeout = 20): Promise<{ text: string; timedOut: boolean }> {
  writeFileSync(at("ffmpeg"), `#!/bin/bash\n${script}\n`);
  chmodSync(at("ffmpeg"), 0o755);
  vi.stubEnv("FFMPEG_PATH", at("ffmpeg"));
  let text = "";
  const onOutput = (chunk: Buffer) => {
    text += chunk;
    return true;
  };
  const { timedOut } = await runFfmpeg({ args: [], timeout, maxMegabytes: 500, onOutput });
  return { text, timedOut };
}

describe.skipIf(process.platform !== "linux")("a program in FFmpeg's place", () => {
  test("has limits of memory, time, files and processes", async () => {
    const { text } = await runInstead("ulimit -a", 7);
    expect(text).toMatch(/virtual memory .* 488281$/m);
    expect(text).toMatch(new RegExp(`cpu time .* ${7 * availableParallelism()}$`, "m"));
    expect(text).toMatch(/file size .* 0$/m);
    expect(text).toMatch(/open files .* 64$/m);
    expect(text).toMatch(/core file size .* 0$/m);
    expect(text).toMatch(/max user processes .* \d+$/m);
  });

  test("cannot write to a file", async () => {
    const { text } = await runInstead(`(echo x > ${at("written")}) 2>/dev/null; echo status $?; cat ${at("written")}`);
    expect(text).toMatch(/^status [1-9]\d*\n$/);
  });

  test("can write only to its output folder, and no large file", () => {
    const output = { folder: at("output"), megabytes: 1 };
    mkdirSync(output.folder);
    const write = (file: string, bytes: number) => `head -c ${bytes} /dev/zero > ${file}; `;
    const script = write(at("output/small"), 900_000) + write(at("output/large"), 2_000_000) + write(at("beside"), 10);
    const [program, args] = isolated("/bin/bash", ["-c", script], { megabytes: 500, cpuSeconds: 5, output });
    spawnSync(program, args);
    expect(statSync(at("output/small")).size).toBe(900_000);
    expect(statSync(at("output/large")).size).toBeLessThan(1_100_000);
    expect(existsSync(at("beside"))).toBe(isolation() !== "bubblewrap");
  });

  test("cannot allocate more than its memory", async () => {
    const { text } = await runInstead(
      `head -c 900000000 /dev/zero | tail -c 800000000 | wc -c; echo "\${PIPESTATUS[1]}"`,
    );
    expect(text).not.toContain("800000000");
  });

  test("is ended when its CPU time is used up", async () => {
    const { timedOut } = await runInstead("while :; do :; done", 2);
    expect(timedOut).toBe(true);
  });

  test("has no network, where the system can take it away", async ({ skip }) => {
    if (isolation() === "none") skip("neither bubblewrap nor unshare works here");
    const connect = `(echo > /dev/tcp/127.0.0.1/${port}) 2>/dev/null && echo connected || echo refused`;
    expect(execFileSync("/bin/bash", ["-c", connect], { encoding: "utf8" })).toBe("connected\n");
    expect((await runInstead(connect)).text).toBe("refused\n");
  });

  test("reads the file of another user if root runs it", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root may read it");
    writeFileSync(at("private"), "readable", { mode: 0o600 });
    chownSync(at("private"), 65_534, 65_534);
    expect((await runInstead(`cat ${at("private")}`)).text).toBe("readable");
  });

  test("sees a read-only file system and no other process with bubblewrap", ({ skip }) => {
    if (isolation() !== "bubblewrap") skip("bubblewrap does not work here");
    const script = `mkdir ${at("made")} 2>/dev/null; ls -d /proc/[0-9]* | wc -l`;
    const limits = { megabytes: 500, cpuSeconds: 5 };
    const [program, args] = isolated("/bin/bash", ["-c", script], limits);
    expect(Number(execFileSync(program, args, { encoding: "utf8" }))).toBeLessThan(8);
    expect(existsSync(at("made"))).toBe(false);
  });
});

describe.skipIf(process.platform !== "linux").each(["bubblewrap", "unshare", "none"] as const)(
  "isolation by %s",
  (kind) => {
    test("lets FFmpeg decode", ({ skip }) => {
      const tone = makeMedia(folder.path, `tone-${kind}.mp3`, lavfi("sine", 2));
      const args = ["-nostdin", "-v", "error", ...inputArgs(tone), "-f", "f32le", "pipe:1"];
      const [program, rest] = isolated(findFfmpeg(), args, { megabytes: 2000, cpuSeconds: 30 }, kind);
      try {
        expect(execFileSync(program, rest, { maxBuffer: 1e8 }).length).toBeGreaterThan(4 * 44_100 * 1.9);
      } catch (error) {
        if (kind !== "none" && isolation() !== kind) skip(`${kind} does not work here: ${error}`);
        throw error;
      }
    });
  },
);

test("FFmpeg opens no decoder of pictures, neither to probe nor to decode", async () => {
  const video = [...lavfi("testsrc=s=64x64", 2), ...lavfi("sine", 2), "-c:v", "mpeg4", "-c:a", "aac"];
  const path = makeMedia(folder.path, "pictures.mp4", video);
  const args = ["-loglevel", "debug", ...inputArgs(path), "-map", "0:a", "-f", "f32le", "pipe:1"];
  let bytes = 0;
  const messages: string[] = [];
  const { status } = await runFfmpeg({
    args,
    timeout: 30,
    maxMegabytes: 2000,
    onOutput: (chunk) => {
      bytes += chunk.length;
      return true;
    },
    onMessage: (line) => messages.push(line) > 0,
  });
  expect([status, bytes > 4 * 44_100 * 1.9]).toEqual([0, true]);
  expect(messages.join("\n")).toMatch(/\(mpeg4\) not on whitelist/);
});
