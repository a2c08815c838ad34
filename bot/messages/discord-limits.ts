/**
 * Discord's limits, from its developer documentation. Texts are counted in UTF-16 code units, of which there are never
 * fewer than of the characters that Discord counts.
 */
export const DISCORD_LIMITS = {
  /** content of a message */
  content: 2000,
  /** description of an attachment */
  description: 1024,
  /** name of a choice that autocompletion offers */
  choiceName: 100,
  /** choices of an autocompletion, options of a menu */
  choices: 25,
  /** nonce of a message */
  nonce: 25,
  /** files of a message */
  files: 10,
  /** bytes of one request, whatever each of its files may have */
  requestBytes: 25 * 1024 * 1024,
  /** bytes of one file where Discord names no other limit */
  fileBytes: 10 * 1024 * 1024,
} as const;

/** Our own limits: lengths that are readable in a message. */
export const TEXT_LENGTHS = {
  /** name of a recording */
  name: 80,
  /** title of a score, as the form and the option take it */
  title: 200,
  /** title in the name of a file */
  fileTitle: 60,
  /** list of channels or roles in a sentence */
  list: 700,
} as const;
