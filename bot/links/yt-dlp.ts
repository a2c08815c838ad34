import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { childEnvironment } from "@groovesheet/jobs/processes/child-environment.ts";
import { killGroup } from "@groovesheet/jobs/processes/process-group.ts";
import type { DownloadLimits } from "./download.ts";

/** Variables of a proxy that the operator sets for yt-dlp. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
/** milliseconds between two looks at what was written */
const WATCH_MS = 100;

/**
 * Has yt-dlp fetch the audio behind a page's link. Only where the operator installed it and named its path. The program
 * runs in a process group that is killed as a whole, and its folder is watched: it does not keep its own size limit for
 * streams whose size nobody states.
 *
 * @param folder empty; the file lies there afterwards
 * @returns the path of the file
 * @throws UserError linkUnreachable, linkNotSound, fileTooLarge, downloadTimeout; the reason of the limits' signal
 */
export async function downloadWithYtDlp(
  program: string,
  url: URL,
  folder: string,
  limits: DownloadLimits,
): Promise<string> {
  const options = [
    ...["--ignore-config", "--no-playlist", "--no-progress", "--quiet", "--no-exec", "--restrict-filenames"],
    ...["--max-filesize", `${limits.megabytes}M`, "--format", "bestaudio/best", "--paths", folder],
    ...["--output", "%(title).80s.%(ext)s", "--", url.href],
  ];
  limits.signal?.throwIfAborted();
  const child = spawn(program, options, { stdio: "ignore", detached: true, env: childEnvironment(PROXIES) });
  try {
    const status = await endOf(child, folder, limits);
    if (status !== 0) throw new UserError("linkUnreachable", { reason: "yt-dlp" });
  } finally {
    if (child.pid !== undefined) killGroup(child.pid); // with whatever it started
  }
  await checkSize(folder, limits);
  const [name] = await readdir(folder);
  if (name === undefined) throw new UserError("linkNotSound");
  return join(folder, name);
}

/** @returns the exit status; null where it was killed. @throws UserError fileTooLarge, downloadTimeout */
async function endOf(child: ChildProcess, folder: string, limits: DownloadLimits): Promise<number | null> {
  const timeout = AbortSignal.timeout(limits.seconds * 1000);
  const signal = limits.signal ? AbortSignal.any([timeout, limits.signal]) : timeout;
  const over = new AbortController();
  const watching = setInterval(() => checkSize(folder, limits).catch((error) => over.abort(error)), WATCH_MS);
  try {
    const ended = once(child, "exit", { signal: AbortSignal.any([signal, over.signal]) });
    const [status] = (await ended) as [number | null];
    return status;
  } catch (error) {
    if (over.signal.aborted) throw over.signal.reason;
    if (timeout.aborted) throw new UserError("downloadTimeout", { seconds: limits.seconds });
    limits.signal?.throwIfAborted();
    if ((error as { syscall?: string }).syscall?.startsWith("spawn")) {
      throw new UserError("linkUnreachable", { reason: "yt-dlp" });
    }
    throw error;
  } finally {
    clearInterval(watching);
  }
}

/** @throws UserError fileTooLarge where the files of a folder are more than the limit together */
async function checkSize(folder: string, { megabytes }: DownloadLimits): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  const bytes = sizes.reduce((sum, entry) => sum + (entry?.isFile() ? entry.size : 0), 0);
  if (bytes <= megabytes * 1e6) return;
  throw new UserError("fileTooLarge", { megabytes: Math.ceil(bytes / 1e6), maximum: megabytes });
}
