import type { Format, Separation } from "../jobs/options.ts";
import { listenOptionsSchema, notateOptionsSchema } from "../jobs/options.ts";
import { type DecodeLimits, decodeLimits } from "../processor/decode/limits.ts";
import type { Device } from "../processor/inference.ts";
import { runBatch, WRONG_USAGE } from "./batch.ts";
import { ALL_DEVICES } from "./options.ts";
import { outputNames, titleOf } from "./output.ts";

export interface TranscribeFlags {
  readonly out: string;
  readonly separation: Separation;
  readonly title?: string;
  readonly bpm?: number;
  readonly meter?: string;
  readonly formats: readonly Format[];
  readonly device?: readonly Device[];
  readonly quiet?: boolean;
  readonly json?: boolean;
  /** taken where no file is named; `npm run transcribe` gives it */
  readonly example?: string;
}

/** `groovesheet transcribe`: every file through the whole road. */
export function transcribeCommand(files: readonly string[], flags: TranscribeFlags): Promise<number> {
  const { separation, title, bpm, meter, formats } = flags;
  const limits = readLimits();
  if (limits === undefined) return Promise.resolve(WRONG_USAGE);
  const options = {
    listen: listenOptionsSchema.parse({ separation, bpm, meter }),
    notate: notateOptionsSchema.parse({ title }),
    formats,
    devices: flags.device ?? ALL_DEVICES,
    limits,
  };
  const names = outputNames(files);
  const items = files.map((file, i) => ({
    file,
    output: names[i]!,
    task: async () => ({
      kind: "transcribe" as const,
      path: file,
      options: { ...options, untitled: titleOf(names[i]!) },
    }),
  }));
  return runBatch(items, {
    out: flags.out,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
    tellDevices: flags.device !== undefined,
  });
}

/** Limits that the environment sets wrongly are told like a wrong option. */
function readLimits(): DecodeLimits | undefined {
  try {
    return decodeLimits();
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return undefined;
  }
}
