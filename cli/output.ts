import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, parse } from "node:path";
import { UserError } from "@groovesheet/jobs/errors.ts";
import type { Artifact } from "@groovesheet/processor/pipeline.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied.",
  EPERM: "permission denied.",
  ENOENT: "there is no such place.",
  EROFS: "the file system is read-only.",
  EEXIST: "there is a file of that name.",
  ENOTDIR: "a part of the path is a file.",
  EISDIR: "a folder has the name of a file to be written.",
  ENAMETOOLONG: "the name is too long.",
};

/**
 * Creates the folder and checks that it is writable, before any long work starts.
 *
 * @throws UserError outputNotWritable, diskFull
 */
export function prepareFolder(folder: string): void {
  explaining(folder, () => {
    mkdirSync(folder, { recursive: true });
    rmSync(mkdtempSync(join(folder, ".groovesheet-")), { recursive: true });
  });
}

/**
 * Writes all files of one song, or none: they are written to a temporary folder beside their destination and renamed when
 * they are complete. The work is synchronous, so that no signal can interrupt it.
 *
 * @param name the name of the song, which precedes each suffix
 * @returns the paths that were written
 * @throws UserError outputNotWritable, diskFull
 */
export function writeFiles(folder: string, name: string, files: readonly Artifact[]): readonly string[] {
  return explaining(folder, () => {
    const temporary = mkdtempSync(join(folder, ".groovesheet-"));
    const placed: string[] = [];
    try {
      for (const { suffix, bytes } of files) writeFileSync(join(temporary, name + suffix), bytes, { flush: true });
      for (const { suffix } of files) {
        const path = join(folder, name + suffix);
        renameSync(join(temporary, name + suffix), path);
        placed.push(path);
      }
      deleteStalePages(folder, name, files);
      return placed;
    } catch (error) {
      for (const path of placed) rmSync(path, { force: true });
      throw error;
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
}

/** Deletes the pages of an earlier, longer score with the same name, which would look like part of this one. */
function deleteStalePages(folder: string, name: string, files: readonly Artifact[]): void {
  const pages = files.filter(({ mediaType }) => mediaType === "image/png").length;
  const at = (page: number) => join(folder, `${name}-${page}.png`);
  if (pages > 0) for (let page = pages + 1; existsSync(at(page)); page++) rmSync(at(page));
}

function explaining<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOSPC" || code === "EDQUOT") throw new UserError("diskFull", { path: folder });
    const reason = REASONS[code];
    if (reason !== undefined) throw new UserError("outputNotWritable", { path: folder, reason });
    throw error;
  }
}

export interface OutputName {
  readonly name: string;
  /** true if it differs from the name of the input */
  readonly renamed: boolean;
}

/**
 * Chooses the name of the output files for each input: its file name without the extension, followed by a number if an
 * earlier input has the same name (`song`, `song (2)`).
 *
 * @param extension removed as a whole if a name ends with it, such as `.performance.json`
 */
export function outputNames(paths: readonly string[], extension = ""): readonly OutputName[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const file = basename(path);
    const own = extension && file.endsWith(extension) ? file.slice(0, -extension.length) : parse(file).name;
    let name = own;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${own} (${n})`;
    taken.add(name.toLowerCase());
    return { name, renamed: name !== own };
  });
}

/** @returns a file name as a title: `my_song` becomes "my song" */
export function titleOf({ name }: OutputName): string {
  return name.replaceAll("_", " ").trim() || name;
}
