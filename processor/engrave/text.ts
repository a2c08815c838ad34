export const FONT_FAMILY = "Tinos";

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
  return `<text ${attributes.filter(Boolean).join(" ")}>${escaped ? text : toXml(printable(text))}</text>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function toXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Widths, in parts of the size, of classes of Times's characters: near enough to fit a title into a line. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlt.,:;'!|()[\]/ ]/, 0.31],
  [/[mwMW@%]/, 0.86],
  [/[A-Z&]/, 0.7],
  [/[\u1100-\uffff]/, 1],
];

/** @returns about how wide a text is at size 1 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widths.find(([pattern]) => pattern.test(character))?.[1] ?? 0.5;
  return width;
}

/** @returns the text without the characters that XML cannot hold */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  return text.replace(/\p{Surrogate}/gu, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}
