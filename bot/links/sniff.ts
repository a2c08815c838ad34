import { UserError } from "@groovesheet/jobs/errors.ts";
import { fileTypeFromFile } from "file-type";

/** containers that the library files under other headings */
const ALSO_SOUND = ["application/ogg", "application/mxf", "application/vnd.ms-asf"];

/**
 * Looks at what a file is by its content, whatever its name or the server says.
 *
 * @param strict whether a file of unknown kind is refused; FFmpeg reads more kinds than can be recognised here
 * @throws UserError linkNotSound, linkNeedsHelper for a page, notAudio
 */
export async function checkIsSound(path: string, contentType: string, strict: boolean): Promise<void> {
  const found = await fileTypeFromFile(path);
  const mime: string | undefined = found?.mime;
  if (mime && (/^(audio|video)\//.test(mime) || ALSO_SOUND.includes(mime))) return;
  if (mime) throw new UserError(strict ? "linkNotSound" : "notAudio");
  if (!strict) return;
  throw new UserError(contentType.startsWith("text/html") ? "linkNeedsHelper" : "linkNotSound");
}
