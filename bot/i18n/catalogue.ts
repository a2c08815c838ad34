import type { UserErrorCode } from "@groovesheet/jobs/errors.ts";
import type { NoticeCode } from "@groovesheet/jobs/notices.ts";
import type { commands, menu, pieces, texts } from "./en.ts";

/** What one language holds: the keys of English, all of them. */
export interface Catalogue {
  /** name and description of each command and option */
  readonly commands: Readonly<Record<keyof typeof commands, readonly [name: string, description: string]>>;
  readonly menu: Readonly<Record<keyof typeof menu, string>>;
  readonly texts: Readonly<Record<keyof typeof texts, string>>;
  readonly pieces: Readonly<Record<keyof typeof pieces, string>>;
  /** what the pipeline remarks on a recording */
  readonly notices: Readonly<Record<NoticeCode, string>>;
  /** what the person can mend; what only the command line can say is absent */
  readonly errors: Readonly<Partial<Record<UserErrorCode, string>>>;
}

export type Text = keyof typeof texts;
