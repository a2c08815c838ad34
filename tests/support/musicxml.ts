import { existsSync, readFileSync } from "node:fs";
import { memoryPages, validateXML } from "xmllint-wasm";

/** The MusicXML 4.0 schema, which is not part of the repository; tests that need it are skipped if it is missing. */
const folder = new URL("../../../shared/musicxml-4.0/", import.meta.url);
const imports = ["xml.xsd", "xlink.xsd"];

/** @returns why documents cannot be validated, or undefined if they can */
export function whyNoSchema(): string | undefined {
  if (existsSync(new URL("musicxml.xsd", folder))) return undefined;
  return `the MusicXML 4.0 schema is not at ${folder.pathname}`;
}

/** @returns the schema's complaints by document; empty if all are valid */
export async function complaintsOfSchema(documents: ReadonlyMap<string, string>): Promise<string[]> {
  const schema = readFileSync(new URL("musicxml.xsd", folder), "utf8").replace(
    /schemaLocation="http[^"]*\/(\w+\.xsd)"/g,
    'schemaLocation="$1"',
  );
  const { errors } = await validateXML({
    xml: [...documents].map(([fileName, contents]) => ({ fileName: `${fileName}.musicxml`, contents })),
    schema: [{ fileName: "musicxml.xsd", contents: schema }],
    preload: imports.map((fileName) => ({ fileName, contents: readFileSync(new URL(fileName, folder), "utf8") })),
    initialMemoryPages: 64 * memoryPages.MiB,
    maxMemoryPages: memoryPages.GiB,
  });
  return errors.map((error) => error.rawMessage);
}
