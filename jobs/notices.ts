import { z } from "zod";
import { MESSAGES } from "./errors.ts";

/** What the pipeline has to say about a recording beside its score, in English; the keys are the codes. */
const SENTENCES = {
  separationMissing: "Transcribed from the full mix: separation is not set up here.",
  separationSlow: "Transcribed from the full mix: without a GPU, separation is slow here.",
  endMissing: "The file is cut off: its last {seconds} s could not be read.",
  middleMissing: "The file is damaged: {seconds} s in the middle could not be read and are left silent.",
  videoCut: "The video ends at {time} because more does not fit into {megabytes} MB.",
  encoderMissing: MESSAGES.encoderMissing,
  uncertainBars: "The drums were hard to hear in these bars, which are grey: {bars}.",
} as const;

export type NoticeCode = keyof typeof SENTENCES;

export const NOTICE_CODES = Object.keys(SENTENCES) as readonly NoticeCode[];

/** Performances of earlier versions hold English sentences; they are shown as they are. */
const EARLIER_CODE = "sentence";

export const noticeSchema = z.preprocess(
  (value) => (typeof value === "string" ? { code: EARLIER_CODE, facts: { sentence: value } } : value),
  z.object({
    code: z.string(),
    /** the values of `{name}` in the sentence */
    facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  }),
);

/** `code` is a `NoticeCode` unless another version wrote it. */
export type Notice = z.output<typeof noticeSchema>;

export function notice(code: NoticeCode, facts: Notice["facts"] = {}): Notice {
  return { code, facts };
}

/** @returns whether a code that came from elsewhere is known to this version */
export function isNoticeCode(code: string): code is NoticeCode {
  return Object.hasOwn(SENTENCES, code);
}

/** @returns the English sentence; for an unknown code the sentence that it came with, or the code itself */
export function describeNotice({ code, facts }: Notice): string {
  if (!isNoticeCode(code)) return String(facts.sentence ?? code);
  return SENTENCES[code].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? "?"));
}
