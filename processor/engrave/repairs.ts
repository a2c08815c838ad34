import type { Score } from "../score.ts";
import { drawMetronome } from "./metronome.ts";
import { textElement } from "./text.ts";
import { type Drawing, extent } from "./verovio.ts";

/**
 * What verovio 6.3 cannot draw, it is given in the shape of a sign that it can and that no drum part uses; the outline of
 * that sign is then replaced by the right one.
 */
const standIns = [
  { element: /<half-muted\b/g, standIn: "<harmonic", glyph: "E614" },
  { element: />triangle<\/notehead>/g, standIn: ">cross</notehead>", glyph: "E0AF" },
] as const;

/** Outlines in SMuFL's units, 250 to a staff space, y upwards. */
const halfOpen =
  '<path transform="scale(1,-1)" fill="none" stroke="#000" stroke-width="28" ' +
  'd="M14 140 a126 126 0 1 0 252 0 a126 126 0 1 0 -252 0 Z M26 6 L254 274"/>';
/** With the foot of the stem, which ends at the middle of the head whose place it takes. */
const triangle =
  '<path transform="scale(1,-1)" d="M0 -130 L162 130 L324 -130 Z M299 -130 L324 -130 L324 10 L299 10 Z"/>';

/** `<words>` beside a metronome mark are drawn with it, in one line, and not above it. */
const words =
  /<direction placement="above">\s*<direction-type>\s*<words[^>]*>(?:Swing|Straight)<\/words>.*?<\/direction>/gs;

/** @returns the MusicXML as verovio shall have it */
export function prepareXml(xml: string): string {
  let prepared = xml.replace(words, "");
  for (const { element, standIn } of standIns) prepared = prepared.replace(element, standIn);
  return prepared;
}

/** Puts right what verovio drew: signs, metronome marks, text, and styles that are not attributes. */
export function repair(drawing: Drawing, score: Score): Drawing {
  const marks = score.measures.filter((measure) => measure.tempo !== undefined);
  const tempos = marks.map((measure) => drawMetronome(measure.tempo!, measure.feel));
  let mark = 0;
  const systems = drawing.systems.map((system) => {
    const places: { x: number; y: number }[] = [];
    const svg = system.svg.replace(tempoGroup, (_, x: string, y: string) => {
      places.push({ x: Number(x), y: Number(y) });
      return "";
    });
    // a mark is wider than the note that it stands over, and verovio keeps only that one free
    const { top } = extent(svg);
    const line = Math.min(...places.map(({ y }) => y), top - markGap);
    const own = places.map(({ x }) => tempos[mark++]!(x, line));
    return {
      ...system,
      top: places.length > 0 ? Math.min(system.top, line - markHeight) : system.top,
      svg: strokeByAttribute(flatten(plainText(svg)) + own.join("")),
    };
  });
  return { systems, definitions: repairGlyphs(drawing.definitions) };
}

/** In drawing units: from the highest thing in a line to the foot of its metronome mark, and how tall that is. */
const markGap = 40;
const markHeight = 620;

const tempoGroup = /<g [^>]*class="tempo"><text x="(-?[\d.]+)" y="(-?[\d.]+)".*?<\/text><\/g>/gs;

/** Groups tell what a shape means; renderers only lose time on them. None of verovio's moves what is in it. */
function flatten(svg: string): string {
  return svg.replace(/<\/?g\b[^>]*>/g, "");
}

/** Verovio nests text in spans of which the outer ones have no size, which not every renderer places alike. */
function plainText(svg: string): string {
  const written = svg.replace(/<text [^>]*\/>/g, ""); // an empty text, which a pickup's number is
  return written.replace(/<text [^>]*font-size="0px".*?<\/text>/gs, (nested) => {
    const first = (name: string) => new RegExp(` ${name}="(-?[\\d.]+)(?:px)?"`).exec(nested)?.[1];
    const size = Number([...nested.matchAll(/font-size="([\d.]+)px"/g)].at(-1)?.[1]);
    const place = { x: Number(first("x") ?? 0), y: Number(first("y")) };
    return textElement(
      { ...place, size, style: "italic", ...(nested.includes("middle") && { anchor: "middle" }) },
      nested.replace(/<[^>]*>/g, "").trim(),
      true,
    );
  });
}

/** The style sheet strokes shapes; PDF writers read attributes alone. Only shapes with a width of line need one. */
function strokeByAttribute(svg: string): string {
  return svg.replaceAll("stroke-width=", 'stroke="#000" stroke-width=');
}

function repairGlyphs(definitions: string): string {
  return definitions.replace(
    /(<g id="(E[0-9A-F]+)[^>]*>)(.*?)(<\/g>)/gs,
    (whole, open: string, glyph: string, _outline: string, close: string) => {
      if (glyph === "E614") return open + halfOpen + close;
      if (glyph === "E0AF") return open + triangle + close;
      return whole;
    },
  );
}
