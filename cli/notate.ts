import { readFile, stat } from "node:fs/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { explainFileError } from "@groovesheet/jobs/file-errors.ts";
import type { Format } from "@groovesheet/jobs/options.ts";
import { type Performance, performanceSchema } from "@groovesheet/jobs/performance.ts";
import { z } from "zod";
import { runBatch, WRONG_USAGE } from "./batch.ts";
import { type NotationFlags, notationOf, readLimits } from "./options.ts";
import { outputNames, titleOf } from "./output.ts";

export interface NotateFlags extends NotationFlags {
  readonly out: string;
  readonly halfTime?: boolean;
  readonly doubleTime?: boolean;
  readonly shiftDownbeat: number;
  readonly meter?: string;
  readonly formats: readonly Format[];
  /** the recording that is to be heard beside the score */
  readonly listen?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** A performance of an hour has 2 MB; a file of this size is something else. */
const MAX_BYTES = 64_000_000;

/** `groovesheet notate`: the score again from what was heard, with other choices. */
export function notateCommand(files: readonly string[], flags: NotateFlags): Promise<number> {
  const { shiftDownbeat, meter, formats, listen } = flags;
  const tempoScale = flags.halfTime ? "half" : flags.doubleTime ? "double" : "same";
  const notate = notationOf(flags, { tempoScale, shiftDownbeat, meter });
  const limits = readLimits();
  if (limits === undefined) return Promise.resolve(WRONG_USAGE);
  const audition = listen === undefined ? {} : { audition: { path: listen, limits } };
  const names = outputNames(files, ".performance.json");
  const items = files.map((file, i) => ({
    file,
    output: names[i]!,
    task: async () => ({
      kind: "renotate" as const,
      performance: await readPerformance(file),
      options: { notate, formats, untitled: titleOf(names[i]!), ...audition },
    }),
  }));
  return runBatch(items, {
    out: flags.out,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
    tellDevices: false,
  });
}

/**
 * Reads a performance file and checks all of it.
 *
 * @throws UserError fileNotFound, fileNotReadable, notAFile, noPerformance
 */
export async function readPerformance(path: string): Promise<Performance> {
  const text = await readText(path);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UserError("noPerformance", { path, reason: "it is not JSON." });
  }
  const result = performanceSchema.safeParse(content);
  if (result.success) return result.data;
  const problem = z.prettifyError(result.error).split("\n").slice(0, 2).join(" ").replace(/^✖ /, "").replace("→ ", "");
  throw new UserError("noPerformance", { path, reason: `${problem.replace(/\s+/g, " ")}.` });
}

async function readText(path: string): Promise<string> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw new UserError("notAFile", { path });
    if (file.size > MAX_BYTES) throw new UserError("noPerformance", { path, reason: "it is far too large." });
    return await readFile(path, "utf8");
  } catch (error) {
    throw explainFileError(error, path);
  }
}
