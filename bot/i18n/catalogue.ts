import type { UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { NoticeCode } from "@groovesheet/jobs/notices.ts";
import de from "./catalogues/de.json" with { type: "json" };
import en from "./catalogues/en.json" with { type: "json" };
import es from "./catalogues/es.json" with { type: "json" };
import fr from "./catalogues/fr.json" with { type: "json" };
import ja from "./catalogues/ja.json" with { type: "json" };
import pt from "./catalogues/pt.json" with { type: "json" };

/** Everything that people read in Discord, in one language. Every language has the keys of English. */
export interface Catalogue {
  /** name and description of each command and option */
  readonly commands: Readonly<
    Record<keyof typeof en.commands, { readonly name: string; readonly description: string }>
  >;
  /** entries of the menu on a message */
  readonly menu: Readonly<Record<keyof typeof en.menu, string>>;
  readonly texts: Readonly<Record<Text, string>>;
  readonly pieces: Readonly<Record<keyof typeof en.pieces, string>>;
  /** what is made with FFmpeg's encoders, as the object of a sentence */
  readonly files: Readonly<Record<keyof typeof en.files, string>>;
  /** what the pipeline remarks on a recording */
  readonly notices: Readonly<Record<NoticeCode, string>>;
  /**
   * Errors that the user can fix. Absent are those of the command line alone, one that is worded as the notice of the same
   * name, and an English message that is the same on the command line (jobs/errors.ts).
   */
  readonly errors: Readonly<Partial<Record<UserErrorCode, string>>>;
}

export type Text = keyof typeof en.texts;

export const CATALOGUES = { en, de, fr, es, pt, ja } as const satisfies Readonly<Record<string, Catalogue>>;
