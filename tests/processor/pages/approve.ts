/**
 * Approves pages as they look now; look at each of them before it is committed:
 *
 *   npm run approve [-- NAME...]
 */
import { pathOf, pictureOf, writePicture } from "./pictures.ts";
import { scores } from "./scores.ts";

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(scores)) {
  const write = scores[name];
  if (!write) throw new Error(`no such score: ${name}; there are ${Object.keys(scores).join(", ")}`);
  const path = pathOf("approved", name);
  writePicture(path, await pictureOf(write()));
  console.log(path);
}
