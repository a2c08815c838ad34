import { drawable, FONT_FAMILY, splitByFont, textWidth } from "./fonts.ts";

export interface TextLook {
  readonly x: number;
  /** y of the baseline */
  readonly y: number;
  readonly size: number;
  readonly style?: "italic";
  readonly weight?: "bold";
  readonly anchor?: "start" | "middle" | "end";
}

/**
 * @param escaped true if the text is already XML
 * @returns an SVG text element in the project's font, or one element for each font that the text needs
 */
export function textElement(look: TextLook, text: string, escaped = false): string {
  if (escaped) return element(look, FONT_FAMILY, text);
  const shown = drawable(printable(text));
  const style = look.weight ?? look.style ?? "regular";
  const runs = splitByFont(shown, style);
  if (runs.length < 2) return element(look, runs[0]?.family ?? FONT_FAMILY, toXml(shown));
  const { anchor, ...begin } = look;
  const width = (part: string) => look.size * textWidth(part, style);
  let x = look.x - { start: 0, middle: 0.5, end: 1 }[anchor ?? "start"] * width(shown);
  return runs
    .map((run) => {
      const word = run.text.trimStart(); // renderers drop leading spaces
      const at = x + width(run.text) - width(word);
      x += width(run.text);
      return element({ ...begin, x: at }, run.family, toXml(word));
    })
    .join("");
}

function element({ x, y, size, style, weight, anchor }: TextLook, family: string, content: string): string {
  const attributes = [
    `x="${round(x)}" y="${round(y)}" font-family="${family}" font-size="${round(size)}"`,
    style && `font-style="${style}"`,
    weight && `font-weight="${weight}"`,
    anchor && anchor !== "start" && `text-anchor="${anchor}"`,
  ];
  return `<text ${attributes.filter(Boolean).join(" ")}>${content}</text>`;
}

/** @returns a complete SVG document */
export function svgDocument(
  box: { readonly width: number; readonly height: number },
  definitions: string,
  content: string,
): string {
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  return `<svg ${namespaces} viewBox="0 0 ${box.width} ${box.height}"><defs>${definitions}</defs>${content}</svg>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function toXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** @returns the text without the characters that XML 1.0 does not allow */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  return text.replace(/\p{Surrogate}/gu, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}
