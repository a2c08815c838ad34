import { LinkifyIt } from "linkify-it";

const LINKIFY = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, fuzzyIP: false });

/** Discord's markup around a text: spoilers, bold, italics, strikethrough, code, and a link that shows no preview. */
const MARKUP = /\|\||\*\*|__|~~|`+|[<>]/g;
/** Punctuation and single marks of italics that end an address; linkify-it knows the punctuation of Latin script. */
const ENDING = /[。、！？；：，．｡」』）】…;*_]+$/u;

/**
 * @returns the first web address in a text, whatever markup and punctuation stands around it. One without a scheme must
 * have a path, or any name with a dot would be an address
 */
export function firstLink(text: string): string | undefined {
  const plain = text.replace(MARKUP, " ");
  const found = (LINKIFY.match(plain) ?? []).find(({ schema, url }) => {
    return /^https?:$/i.test(schema) || (schema === "" && /^https?:\/\/[^/]+\/./i.test(url));
  });
  return found && withScheme(found.raw.replace(ENDING, ""));
}

/** @returns an address that somebody typed as such: without markup around it, and with a scheme */
export function typedLink(text: string): string {
  const bare = text
    .trim()
    .replace(/^\[[^\]]*\]\((.*)\)$/, "$1")
    .replace(MARKUP, "")
    .trim();
  return withScheme(bare.replace(ENDING, ""));
}

function withScheme(address: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) && !/^[^/]+\.[^/]+:\d+(\/|$)/.test(address)) return address;
  return `https://${address.replace(/^\/\//, "")}`;
}
