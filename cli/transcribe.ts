import { DEVICES, type Device } from "@groovesheet/jobs/devices.ts";
import type { Format, Separation } from "@groovesheet/jobs/options.ts";
import { listenOptionsSchema } from "@groovesheet/jobs/options.ts";
import { runBatch, WRONG_USAGE } from "./batch.ts";
import { type NotationFlags, notationOf } from "./notation-options.ts";
import { isTimeRange, readLimits } from "./options.ts";
import { outputNames, titleOf } from "./output.ts";
import { type PlayFlags, playOf } from "./play-options.ts";

export interface TranscribeFlags extends NotationFlags, PlayFlags {
  readonly out: string;
  readonly separation: Separation;
  readonly bpm?: number;
  readonly meter?: string;
  readonly formats: readonly Format[];
  /** seconds: the part of the recordings to transcribe */
  readonly from?: number;
  readonly to?: number;
  /** also write an MP3 of the song and its transcription */
  readonly audition?: boolean;
  readonly device?: readonly Device[];
  readonly quiet?: boolean;
  readonly json?: boolean;
  /** used if no file is given; `npm run transcribe` sets it */
  readonly example?: string;
}

/** `groovesheet transcribe`: runs the whole pipeline on every file. */
export function transcribeCommand(files: readonly string[], flags: TranscribeFlags): Promise<number> {
  const { bpm, meter, from, to, formats } = flags;
  const limits = readLimits();
  if (limits === undefined || !isTimeRange({ from, to })) return Promise.resolve(WRONG_USAGE);
  const options = {
    listen: listenOptionsSchema.parse({ separation: separationFor(flags), bpm, meter, from, to }),
    notate: notationOf(flags),
    formats,
    devices: flags.device ?? DEVICES,
    limits,
  };
  const names = outputNames(files);
  const items = files.map((file, i) => ({
    file,
    output: names[i]!,
    task: async () => ({
      kind: "transcribe" as const,
      path: file,
      options: {
        ...options,
        untitled: titleOf(names[i]!),
        video: { path: file, limits, ...playOf(flags) },
        chart: { path: file, limits },
        ...(flags.audition && { audition: { path: file, limits } }),
      },
    }),
  }));
  return runBatch(items, {
    out: flags.out,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
    reportDevices: flags.device !== undefined,
  });
}

/** Who asks for the drums apart from the rest asks for separation. */
function separationFor({ separation, formats, sound = "song" }: TranscribeFlags): Separation {
  const needed = formats.includes("minus-one") || (formats.includes("video") && sound !== "song");
  return separation === "auto" && needed ? "on" : separation;
}
