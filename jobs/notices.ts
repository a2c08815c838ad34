/**
 * What the pipeline remarks on a recording, as it writes it. A performance keeps the sentences, for its file is read by
 * people too; whoever shows them in another language finds here which one it is.
 */
const SENTENCES = {
  separationMissing: "Heard without separation: it is not installed.",
  separationSlow: "Heard without separation, which is slow on this machine without a GPU.",
  endMissing: "The file is cut off: its last {seconds} s could not be read.",
} as const;

export type NoticeCode = keyof typeof SENTENCES;

export const NOTICE_CODES = Object.keys(SENTENCES) as readonly NoticeCode[];

export interface Notice {
  readonly code: NoticeCode;
  /** what stands in the places of `{name}` */
  readonly facts: Readonly<Record<string, string>>;
}

/** @returns the sentence, the facts in their places */
export function writeNotice(code: NoticeCode, facts: Readonly<Record<string, string | number>> = {}): string {
  return SENTENCES[code].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]));
}

/** @returns which sentence it is, or undefined where the pipeline has learned a new one */
export function readNotice(sentence: string): Notice | undefined {
  for (const code of NOTICE_CODES) {
    const found = patternOf(SENTENCES[code]).exec(sentence);
    if (found) return { code, facts: { ...found.groups } };
  }
  return undefined;
}

function patternOf(template: string): RegExp {
  const literal = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`);
}
