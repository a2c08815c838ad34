import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { childEnvironment } from "@groovesheet/jobs/child-environment.ts";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { DownloadLimits } from "./download.ts";

/** Variables of a proxy that the operator sets for yt-dlp. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/**
 * Has yt-dlp fetch the sound behind a page's link. Only where the operator installed it and named its path.
 *
 * @param folder empty; the file lies there afterwards
 * @returns the path of the file
 * @throws UserError linkUnreachable, linkNotSound, fileTooLarge, downloadTimeout
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
  try {
    await promisify(execFile)(program, options, {
      timeout: limits.seconds * 1000,
      killSignal: "SIGKILL",
      env: childEnvironment(PROXIES),
    });
  } catch (error) {
    if ((error as { killed?: boolean }).killed) throw new UserError("downloadTimeout", { seconds: limits.seconds });
    throw new UserError("linkUnreachable", { reason: "yt-dlp" });
  }
  const [name] = await readdir(folder);
  if (name === undefined) throw new UserError("linkNotSound");
  const path = join(folder, name);
  const { size } = await stat(path);
  if (size > limits.megabytes * 1e6) {
    throw new UserError("fileTooLarge", { megabytes: Math.ceil(size / 1e6), maximum: limits.megabytes });
  }
  return path;
}
