import { strToU8, type Zippable, zipSync } from "fflate";

const MIMETYPE = "application/vnd.recordare.musicxml";
const container = `<?xml version="1.0" encoding="UTF-8"?>
<container>
 <rootfiles>
  <rootfile full-path="score.musicxml" media-type="${MIMETYPE}+xml"/>
 </rootfiles>
</container>
`;
/** A fixed date, the earliest that ZIP allows: the same score always gives the same file. */
const mtime = new Date(1980, 0, 1);

/** @returns compressed MusicXML: a ZIP archive with the score and the container file that names it */
export function toMxl(xml: string): Uint8Array {
  const files: Zippable = {
    mimetype: [strToU8(MIMETYPE), { level: 0 }],
    "META-INF/container.xml": strToU8(container),
    "score.musicxml": strToU8(xml),
  };
  return zipSync(files, { mtime });
}
