import type { APIMessageTopLevelComponent } from "discord.js";

export interface Outgoing {
  readonly content: string;
  readonly components: APIMessageTopLevelComponent[];
  /** replaces the attached files; if absent, they are kept */
  readonly files?: readonly OutgoingFile[];
}

export interface OutgoingFile {
  readonly name: string;
  readonly data: Buffer;
  readonly mediaType: string;
  /** for those who cannot see the picture */
  readonly description?: string;
}
