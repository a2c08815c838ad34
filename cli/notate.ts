import { readFile, stat } from "node:fs/promises";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { explainFileError } from "@groovesheet/jobs/file-errors.ts";
import { type Format, STEM_SUFFIXES, type TempoScale } from "@groovesheet/jobs/options.ts";
import { type DrumPerformance, performanceSchema } from "@groovesheet/jobs/performance.ts";
import type { DecodeLimits } from "@groovesheet/processor/decode/limits.ts";
import { z } from "zod";
import { runBatch, WRONG_USAGE } from "./batch.ts";
import { type NotationFlags, notationOf } from "./notation-options.ts";
import { readLimits } from "./options.ts";
import { outputNames, titleOf } from "./output.ts";
import { type PlayFlags, playOf } from "./play-options.ts";

export interface NotateFlags extends NotationFlags, PlayFlags {
  readonly out: string;
  readonly halfTime?: boolean;
  readonly doubleTime?: boolean;
  readonly twoThirds?: boolean;
  readonly threeHalves?: boolean;
  readonly bpm?: number;
  readonly shiftDownbeat: number;
  readonly meter?: string;
  readonly formats: readonly Format[];
  /** the recording for an MP3 of the song and its transcription */
  readonly audition?: string;
  /** the recording for the video and the chart */
  readonly recording?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The performance of an hour takes 2 MB; a larger file is something else. */
const MAX_BYTES = 64_000_000;

/** `groovesheet notate`: writes the score again with other options. */
export function notateCommand(files: readonly string[], flags: NotateFlags): Promise<number> {
  const { shiftDownbeat, meter, formats } = flags;
  const notate = notationOf(flags, { tempoScale: tempoScaleOf(flags), bpm: flags.bpm, shiftDownbeat, meter });
  const limits = readLimits();
  if (limits === undefined) return Promise.resolve(WRONG_USAGE);
  const needing = formats.find((format) => format === "video" || format === "chart");
  if (needing && flags.recording === undefined) {
    console.error(`error: --formats ${needing} needs --recording <file>, the recording that was transcribed`);
    return Promise.resolve(WRONG_USAGE);
  }
  if (formats.includes("minus-one")) {
    console.error("error: --formats minus-one needs the recording: use groovesheet transcribe");
    return Promise.resolve(WRONG_USAGE);
  }
  const names = outputNames(files, ".performance.json");
  const items = files.map((file, i) => ({
    file,
    output: names[i]!,
    task: async () => {
      const performance = await readPerformance(file);
      const recordings = recordingsOf(flags, performance, limits);
      return {
        kind: "renotate" as const,
        performance,
        options: { notate, formats, untitled: titleOf(names[i]!), ...recordings },
      };
    },
  }));
  return runBatch(items, {
    out: flags.out,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
    reportDevices: false,
  });
}

/** What is played in the files that need a recording. */
function recordingsOf(flags: NotateFlags, performance: DrumPerformance, limits: DecodeLimits) {
  const { recording, audition } = flags;
  const fileAt = (path: string) => ({ path, limits, ...(isStem(path) && { startsAt: performance.from }) });
  return {
    ...(recording !== undefined && { video: { ...fileAt(recording), ...playOf(flags) }, chart: fileAt(recording) }),
    ...(audition !== undefined && { audition: fileAt(audition) }),
  };
}

/** A stem begins with the part that was heard, where only a part was. */
function isStem(path: string): boolean {
  return Object.values(STEM_SUFFIXES).some((suffix) => path.endsWith(suffix));
}

function tempoScaleOf({ halfTime, doubleTime, twoThirds, threeHalves }: NotateFlags): TempoScale {
  if (halfTime) return "half";
  if (doubleTime) return "double";
  if (twoThirds) return "twoThirds";
  return threeHalves ? "threeHalves" : "same";
}

/**
 * Reads and validates a performance file.
 *
 * @throws UserError fileNotFound, fileNotReadable, notAFile, noPerformance
 */
export async function readPerformance(path: string): Promise<DrumPerformance> {
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
