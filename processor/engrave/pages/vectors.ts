import { type FontName, JAPANESE_FAMILY } from "../fonts.ts";

type Pdf = PDFKit.PDFDocument;

type Attributes = Readonly<Record<string, string>>;

interface Glyph {
  readonly outline: string;
  readonly attributes: Attributes;
}

/**
 * Draws a page in a PDF. It supports only the SVG that verovio and this project write: a general SVG library takes a second
 * of CPU time for a song, this takes a fifth of that.
 *
 * @throws Error for an unknown element
 */
export function drawSvg(document: Pdf, svg: string): void {
  const glyphs = glyphsIn(svg);
  const body = svg.slice(svg.indexOf("</defs>") + "</defs>".length);
  for (const [, close, name, list, text] of body.matchAll(/<(\/?)(\w+)([^>]*?)\/?>([^<]*)/g)) {
    if (close) {
      if (name === "g") document.restore();
    } else drawElement(document, name!, attributesIn(list!), text!, glyphs);
  }
}

function drawElement(
  document: Pdf,
  name: string,
  attributes: Attributes,
  text: string,
  glyphs: Map<string, Glyph>,
): void {
  if (name === "text") {
    drawText(document, attributes, text);
    return;
  }
  document.save();
  if (attributes.transform) transform(document, attributes.transform);
  if (name === "g") return;
  if (name === "use") drawGlyph(document, glyphs.get(attributes["xlink:href"]!.slice(1))!, attributes.fill);
  else {
    outline(document, name, attributes);
    paint(document, attributes);
  }
  document.restore();
}

function drawGlyph(document: Pdf, { outline, attributes }: Glyph, colour: string | undefined): void {
  if (attributes.transform) transform(document, attributes.transform);
  document.path(outline);
  paint(document, attributes, colour);
}

function outline(document: Pdf, name: string, attributes: Attributes): void {
  const number = (key: string) => Number(attributes[key] ?? 0);
  if (name === "path") document.path(attributes.d!);
  else if (name === "ellipse") document.ellipse(number("cx"), number("cy"), number("rx"), number("ry"));
  else if (name === "rect") document.rect(number("x"), number("y"), number("width"), number("height"));
  else if (name === "polygon" || name === "polyline") {
    const points = attributes.points!.trim().replace(/\s+/g, " L");
    document.path(`M${points}${name === "polygon" ? " Z" : ""}`);
  } else throw new Error(`an SVG element that PDF pages do not have: ${name}`);
}

function paint(document: Pdf, { fill, stroke, "stroke-width": width }: Attributes, colour = "#000"): void {
  if (width !== undefined) document.lineWidth(Number(width));
  if (stroke === undefined) document.fill(colour);
  else if (fill === "none") document.stroke(colour);
  else document.fillAndStroke(colour, colour);
}

function drawText(document: Pdf, attributes: Attributes, text: string): void {
  const content = fromXml(text);
  document.font(fontNamed(attributes)).fontSize(Number(attributes["font-size"]));
  const width = document.widthOfString(content);
  const shift = { middle: width / 2, end: width }[attributes["text-anchor"]!] ?? 0;
  const options = { lineBreak: false, baseline: "alphabetic" } as const;
  document.fillColor("#000").text(content, Number(attributes.x) - shift, Number(attributes.y), options);
}

function fontNamed(attributes: Attributes): FontName {
  const bold = attributes["font-weight"] === "bold";
  if (attributes["font-family"] === JAPANESE_FAMILY) return bold ? "japaneseBold" : "japanese";
  return bold ? "bold" : attributes["font-style"] === "italic" ? "italic" : "regular";
}

/** Applies `translate(x, y)`, `scale(x, y)` and `rotate(degrees x y)` in order. */
function transform(document: Pdf, list: string): void {
  for (const [, name, values] of list.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b, c] = values!.split(/[\s,]+/).map(Number);
    if (name === "translate") document.translate(a, b ?? 0);
    else if (name === "scale") document.transform(a, 0, 0, b ?? a, 0, 0);
    else document.rotate(a, { origin: [b ?? 0, c ?? 0] });
  }
}

function glyphsIn(svg: string): Map<string, Glyph> {
  const definitions = svg.slice(0, svg.indexOf("</defs>"));
  const glyphs = new Map<string, Glyph>();
  for (const [, id, list] of definitions.matchAll(/<g id="([^"]+)"><path ([^>]*?)\/><\/g>/g)) {
    const attributes = attributesIn(list!);
    glyphs.set(id!, { outline: attributes.d!, attributes });
  }
  return glyphs;
}

function attributesIn(list: string): Attributes {
  return Object.fromEntries([...list.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
}

function fromXml(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
