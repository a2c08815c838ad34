/**
 * An error that the user can fix. Its message is shown as it is, so it never contains a path that the user did not give,
 * a stack trace or a secret. Every other error is a bug: it is logged with the job's id and shown as an apology.
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

/** English sentences; the keys are the codes. */
export const MESSAGES = {
  fileNotFound: "There is no such file.",
  fileNotReadable: "The file cannot be read: permission denied.",
  notAFile: "This is not a file.",
  fileEmpty: "The file is empty (0 bytes).",
  notAudio: "This is not an audio or video file that FFmpeg can read.",
  noAudioStream: "The file contains no audio, only {streams}.",
  audioDamaged: "The file is damaged or incomplete: only {seconds} s of {expected} s could be read.",
  indexMissing: "The file is damaged or incomplete: its index is missing, so nothing in it can be read.",
  audioTooShort: "The recording is too short: it has {seconds} s, and at least {minimum} s are needed.",
  audioTooLong: "The recording is longer than the limit of {maximum} min.",
  fileTooLarge: "The file is too large: it has {megabytes} MB, and the limit is {maximum} MB.",
  decodeTimeout: "Reading the file took longer than {seconds} s and was stopped.",
  audioSilent: "The recording is silent.",
  noDrums: "No drums were found in this recording.",
  noPerformance: "{path} is not a GrooveSheet performance file: {reason}",
  separationMissing:
    "Separation is not installed. Install it with `npm run setup:separation`, or use --separation auto.",
  stemsMissing:
    "The drums of this recording are not separated, so there is no sound without them. Transcribe it with --separation on.",
  ffmpegMissing: "FFmpeg was not found. {advice}",
  encoderMissing: "Cannot make {files}: this FFmpeg lacks {encoders}. {advice}",
  videoTooLarge: "Not even one bar of the video fits into {megabytes} MB.",
  outputNotWritable: "Cannot write to the folder {path}: {reason}",
  diskFull: "There is no space left to write to {path}.",
  linkNotAllowed: "This link cannot be used. It must be a public http or https address without a password.",
  linkUnreachable: "The link could not be opened: {reason}.",
  linkNotSound: "The link does not lead to an audio or video file.",
  linkNeedsHelper: "The link leads to a page, not to a file. Send the file itself or a direct link to it.",
  linkTooManyRedirects: "The link redirects more than {maximum} times.",
  linkStalled: "The link was given up because its server sends too slowly.",
  downloadTimeout: "The download took longer than {seconds} s and was stopped.",
  attachmentExpired: "Discord no longer has the file. Send it again.",
  messageNotFound: "The linked message cannot be read, or it contains no audio.",
  contentHidden:
    "Discord does not show this bot what other people write in a server. Right-click the message and choose Apps → Transcribe drums.",
  noRecordingInMessage: "This message contains no recording: no audio or video file and no link.",
  answersArePrivate:
    "In this server, only the person who asks sees the answer. Use /transcribe, or right-click a message and choose Apps.",
  attachFilesMissing: "The bot cannot send files in this channel. An admin has to give it the permission Attach Files.",
  meterUnknown: "{meter} is not a time signature that GrooveSheet can write. Use one like 4/4 or 6/8.",
  tempoUnreadable: "A tempo is a number from 40 to 240.",
  timeUnreadable: "{time} is not a time. Write it like 1:30, 90 or 1:30.5.",
  partEmpty: "The part must end after it begins: {from} to {to} is empty.",
  partOutside: "The part begins at {from}, after the end of the recording.",
  missingSource: "Choose a file or a link.",
  tooManyAtOnce: "You already have {maximum} jobs in progress. Wait for one to finish, or cancel one with /jobs.",
  tooManyToday: "You have reached the limit of {maximum} jobs a day. Try again tomorrow.",
  tooManyChanges: "You already have {maximum} changes in progress. Wait until one is done.",
  tooManyMinutes: "You have reached the limit of {maximum} minutes of music a day. Try again tomorrow.",
  serverTooManyAtOnce: "This server already has {maximum} jobs in progress. Try again in a few minutes.",
  serverTooManyToday: "This server has reached its limit of {maximum} jobs a day. Try again tomorrow.",
  serverTooManyMinutes: "This server has reached its limit of {maximum} minutes of music a day. Try again tomorrow.",
  queueFull: "The queue is full. Try again in a few minutes.",
  everybodyTooManyToday: "This bot has reached its limit of {maximum} jobs a day. Try again tomorrow.",
  everybodyTooManyMinutes: "This bot has reached its limit of {maximum} minutes of music a day. Try again tomorrow.",
  channelNotAllowed: "In this server, the bot can only be used in {channels}.",
  roleNotAllowed: "In this server, only certain roles can use the bot.",
  notYours: "Only the person who asked for this score can do that.",
  notAdmin: "You need the Manage Server permission to do that.",
  notOwner: "Only the owners of this bot can do that.",
  jobUnknown: "This job no longer exists. Send the recording again.",
  queueUnreachable: "The queue is not available right now. Try again in a minute.",
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
