import { UserError } from "@groovesheet/jobs/errors.ts";
import { type Notice, notice } from "@groovesheet/jobs/notices.ts";
import type { Format } from "@groovesheet/jobs/options.ts";
import { runFfmpeg } from "./ffmpeg.ts";

/** The encoders of FFmpeg that the files with sound or moving pictures need. */
const ENCODERS = {
  video: ["libx264", "aac"],
  chart: ["libvorbis"],
  "minus-one": ["libmp3lame"],
  audition: ["libmp3lame"],
} as const satisfies Partial<Record<Format | "audition", readonly string[]>>;

type EncodedFile = keyof typeof ENCODERS;

/** What to do about a missing encoder. */
export const ENCODER_ADVICE = "Install a complete FFmpeg, or name one in FFMPEG_PATH.";

/** What is asked for. */
interface Wanted {
  readonly formats: readonly Format[];
  readonly audition?: unknown;
}

/** Seconds in which FFmpeg lists what it can do, and the megabytes of its address space. */
const LISTING = { timeout: 60, maxMegabytes: 2000 } as const;

/**
 * Leaves out the files that this FFmpeg cannot encode. Call it before the long work begins.
 *
 * @param separated whether there will be drums apart from the rest
 * @returns the options for the other files, and a notice of what is left out
 * @throws UserError encoderMissing where nothing else is asked for; ffmpegMissing
 */
export async function leaveOutUnencodable<W extends Wanted>(
  wanted: W,
  separated: boolean,
): Promise<{ possible: W; notices: Notice[] }> {
  const files = encodedFiles(wanted, separated);
  const missing = files.length === 0 ? [] : await missingEncoders(files);
  if (missing.length === 0) return { possible: wanted, notices: [] };
  const left = new Set<string>(files.filter((file) => ENCODERS[file].some((encoder) => missing.includes(encoder))));
  const facts = { files: [...left].join(", "), encoders: missing.join(", "), advice: ENCODER_ADVICE };
  const formats = wanted.formats.filter((format) => !left.has(format));
  const audition = left.has("audition") ? undefined : wanted.audition;
  if (formats.length === 0 && audition === undefined) throw new UserError("encoderMissing", facts);
  return { possible: { ...wanted, formats, audition }, notices: [notice("encoderMissing", facts)] };
}

function encodedFiles({ formats, audition }: Wanted, separated: boolean): EncodedFile[] {
  const made = formats.filter((format): format is Format & EncodedFile => format in ENCODERS);
  return [...made.filter((format) => format !== "minus-one" || separated), ...(audition ? ["audition" as const] : [])];
}

/**
 * @param files those to be encoded; absent: all that we can make
 * @returns the encoders that this FFmpeg lacks for them
 * @throws UserError ffmpegMissing
 */
export async function missingEncoders(files = Object.keys(ENCODERS) as readonly EncodedFile[]): Promise<string[]> {
  const listed: Buffer[] = [];
  const onOutput = (chunk: Buffer) => listed.push(chunk) > 0;
  const { status, stderr } = await runFfmpeg({ ...LISTING, args: ["-encoders"], onOutput });
  if (status !== 0) throw new Error(`FFmpeg does not list its encoders: ${stderr.trim().slice(-500)}`);
  const listing = Buffer.concat(listed).toString("latin1");
  const isMissing = (name: string) => !new RegExp(`^ [VA]\\S* +${name} `, "m").test(listing);
  return [...new Set(files.flatMap((file): readonly string[] => ENCODERS[file]))].filter(isMissing);
}

/** @returns the files that cannot be made without these encoders */
export function filesNeeding(encoders: readonly string[]): string[] {
  return Object.entries(ENCODERS).flatMap(([file, needed]) =>
    needed.some((encoder) => encoders.includes(encoder)) ? [file] : [],
  );
}
