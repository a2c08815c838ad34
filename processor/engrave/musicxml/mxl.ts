import { strToU8, type Zippable, zipSync } from "fflate";

const MIMETYPE = "application/vnd.recordare.musicxml";
const container = `<?xml version="1.0" encoding="UTF-8"?>
<container>
 <rootfiles>
  <rootfile full-path="score.musicxml" media-type="${MIMETYPE}+xml"/>
 </rootfiles>
</container>
`;
/** The archive says nothing of when it was made: the same score is the same file. ZIP knows no earlier date. */
const mtime = new Date(1980, 0, 1);

/** @returns compressed MusicXML: a ZIP archive of the score and the container file that names it */
export function toMxl(xml: string): Uint8Array {
  const files: Zippable = {
    mimetype: [strToU8(MIMETYPE), { level: 0 }],
    "META-INF/container.xml": strToU8(container),
    "score.musicxml": strToU8(xml),
  };
  return zipSync(files, { mtime });
}
