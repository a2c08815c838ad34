import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadWithYtDlp } from "@groovesheet/bot/links/yt-dlp.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commandLine } from "../support/processes.ts";
import { until } from "../support/until.ts";

/** Programs that stand for yt-dlp: the last words of `$*` are the address, `$OUT` is the folder after --paths. */
describe("yt-dlp", () => {
  let folder: string;
  let out: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "groovesheet-yt-dlp-"));
    out = join(folder, "out");
    await mkdir(out);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = async (script: string, limits = {}) => {
    const program = join(folder, "yt-dlp");
    const findOut = 'OUT=; for word; do [ "$LAST" = --paths ] && OUT=$word; LAST=$word; done';
    await writeFile(program, `#!/bin/sh\n${findOut}\n${script}\n`);
    await chmod(program, 0o755);
    const all = { megabytes: 5, seconds: 20, privateHosts: [], ...limits };
    return await downloadWithYtDlp(program, new URL("https://example.org/watch"), out, all);
  };
  const startedPid = () => until(async () => Number(await readFile(join(folder, "pid"), "utf8").catch(() => "")));
  const isGone = (pid: number) => until(() => commandLine(pid) === "");

  test("a program that ignores the size limit is stopped near it, with what it started", async () => {
    const started = `sleep 600 & echo $! > ${folder}/pid`;
    const writing = 'while :; do head -c 100000 /dev/zero >> "$OUT/a.part"; sleep 0.01; done';
    await expect(run(`${started}\n${writing}`)).rejects.toMatchObject({ code: "fileTooLarge" });
    expect((await stat(join(out, "a.part"))).size).toBeLessThan(30e6);
    await isGone(await startedPid());
  });

  test("many small files count together", async () => {
    const writing = 'i=0; while :; do i=$((i+1)); head -c 200000 /dev/zero > "$OUT/$i"; sleep 0.01; done';
    await expect(run(writing)).rejects.toMatchObject({ code: "fileTooLarge" });
  });

  test("what it started is ended when it ends, and when its time is over", async () => {
    const started = `sleep 600 & echo $! > ${folder}/pid`;
    expect(await run(`${started}\nprintf RIFF > "$OUT/a.wav"`)).toBe(join(out, "a.wav"));
    await isGone(await startedPid());
    await rm(join(folder, "pid"));
    await expect(run(`${started}\nwait`, { seconds: 1 })).rejects.toMatchObject({ code: "downloadTimeout" });
    await isGone(await startedPid());
  });

  test("it ends when the request is cancelled", async () => {
    const cancel = new AbortController();
    const running = run(`echo $$ > ${folder}/pid; sleep 600`, { signal: cancel.signal });
    const pid = await startedPid();
    cancel.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await isGone(pid);
  });

  test("a failure, an empty folder and a program that is missing are errors that the person can understand", async () => {
    await expect(run("exit 1")).rejects.toMatchObject({ code: "linkUnreachable" });
    await expect(run("exit 0")).rejects.toMatchObject({ code: "linkNotSound" });
    const limits = { megabytes: 5, seconds: 5, privateHosts: [] };
    const missing = downloadWithYtDlp(join(folder, "nowhere"), new URL("https://example.org/"), out, limits);
    await expect(missing).rejects.toMatchObject({ code: "linkUnreachable" });
    expect(existsSync(out)).toBe(true);
  });
});
