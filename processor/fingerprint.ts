import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Sources of the road, the versions of its libraries, and the cards of its networks, which hold the hashes of their weights. */
const COUNTS = /^(?!.*\.test\.ts$)(processor\/.+\.(ts|mjs|json)|models\/[^/]+\.json)$/;

/**
 * Tells programs apart that may make another score of the same recording. It is read from the files themselves, so that
 * no number has to be raised.
 *
 * @param root where the folders `processor` and `models` lie
 * @returns 16 hexadecimal digits, the same on every machine with the same program
 */
export async function fingerprint(root = ROOT): Promise<string> {
  const hash = createHash("sha256");
  for (const path of await parts(root)) {
    hash.update(`${path}\0`).update(await readFile(join(root, path)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function parts(root: string): Promise<string[]> {
  const below = async (folder: string) => {
    const names = await readdir(join(root, folder), { recursive: true });
    return names.map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  };
  const all = [...(await below("processor")), ...(await below("models"))];
  return all.filter((path) => COUNTS.test(path) && !path.includes("/node_modules/")).sort();
}
