import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * The files that can change a score or a video: the stages and what they share, the title and the facts beside it, the options and
 * the performance, the versions of the libraries, and the cards of the networks, which hold the hashes of their weights.
 * The worker, the audition, messages and everything of the bot cannot.
 */
const RELEVANT = [
  /^processor\/(decode|separate|listen|track|notate|engrave|play|numeric)\/.+\.(ts|mjs|json)$/,
  /^processor\/(?!fingerprint\.ts|isolation\.ts)[^/]+\.(ts|json)$/,
  /^processor\/sandbox\/summary\.ts$/,
  /^jobs\/(meter|options|performance|pieces)\.ts$/,
  /^models\/([^/]+\.json|registry\.ts)$/,
];
const FOLDERS = ["jobs", "models", "processor"];

/**
 * Identifies a version of the pipeline: two versions with different fingerprints may write different scores of the same
 * recording. It is computed from the files themselves, so that no version number has to be maintained.
 *
 * @param missing encoders that FFmpeg lacks here, so that what is kept without some files is made anew once it has them
 * @param root the folder that holds `jobs`, `models` and `processor`
 * @returns 16 hexadecimal digits, the same on every machine with the same program and encoders
 */
export async function fingerprint(missing: readonly string[] = [], root = ROOT): Promise<string> {
  const hash = createHash("sha256").update(missing.map((encoder) => `${encoder}\0`).join(""));
  for (const path of await relevantFiles(root)) {
    hash.update(`${path}\0`).update(await readFile(join(root, path)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** @returns paths below `root`, sorted */
export async function relevantFiles(root = ROOT): Promise<readonly string[]> {
  const listings = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true });
      return names.map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
    }),
  );
  return listings.flat().filter(isRelevant).sort();
}

function isRelevant(path: string): boolean {
  return RELEVANT.some((pattern) => pattern.test(path)) && !/\/node_modules\/|\.(test|d)\.ts$/.test(path);
}
