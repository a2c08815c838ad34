import { drawable, FONT_FAMILY } from "./fonts.ts";

export interface TextLook {
  readonly x: number;
  /** of the baseline */
  readonly y: number;
  readonly size: number;
  readonly style?: "italic";
  readonly weight?: "bold";
  readonly anchor?: "start" | "middle" | "end";
}

/**
 * @param escaped true where the text is XML already
 * @returns an SVG text element in our own font
 */
export function textElement(look: TextLook, text: string, escaped = false): string {
  const { x, y, size, style, weight, anchor } = look;
  const attributes = [
    `x="${round(x)}" y="${round(y)}" font-family="${FONT_FAMILY}" font-size="${round(size)}"`,
    style && `font-style="${style}"`,
    weight && `font-weight="${weight}"`,
    anchor && anchor !== "start" && `text-anchor="${anchor}"`,
  ];
  return `<text ${attributes.filter(Boolean).join(" ")}>${escaped ? text : toXml(drawable(printable(text)))}</text>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function toXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** @returns the text without the characters that XML cannot hold */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  return text.replace(/\p{Surrogate}/gu, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}
