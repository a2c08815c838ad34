import { basename } from "node:path";
import { parse } from "content-disposition";

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * @param disposition the header Content-Disposition (RFC 6266), in whatever encoding servers send it
 * @returns the name of the file that an address leads to; "recording" where nothing names it
 */
export function downloadName(disposition: string, url: URL): string {
  return cleanName(namedBy(disposition)) || cleanName(basename(url.pathname)) || "recording";
}

/** The name in a header: `filename*` (RFC 8187) before `filename`. */
function namedBy(disposition: string): string {
  try {
    return parse(disposition).parameters.filename ?? "";
  } catch {
    return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? "";
  }
}

function cleanName(name: string): string {
  const decoded = percentDecoded(asUtf8(name)).replace(/^.*[/\\]/, "");
  return decoded.replace(/^SPOILER_/, "").trim();
}

/** Headers are read as Latin-1; what was UTF-8 is read again. */
function asUtf8(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[^\0-\u00ff]/.test(text)) return text;
  try {
    return UTF8.decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a name with a percent sign of its own
  }
}
