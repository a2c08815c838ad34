import type { Measure, Score } from "../../score.ts";
import { textElement } from "../text.ts";
import { drawMetronome } from "./metronome.ts";
import { drawSection, sectionTop, sectionWidth } from "./rehearsal.ts";
import { drawRepeats } from "./repeat-signs.ts";
import { type Drawing, extent } from "./verovio.ts";

/**
 * What verovio 6.3 cannot draw, it is given in the shape of a sign that it can and that no drum part uses; the outline of
 * that sign is then replaced by the right one.
 */
const STAND_INS = [
  { element: /<half-muted\b/g, standIn: "<harmonic", glyph: "E614" },
  { element: />triangle<\/notehead>/g, standIn: ">cross</notehead>", glyph: "E0AF" },
] as const;

/** Outlines in SMuFL's units, 250 to a staff space, y upwards. */
const HALF_OPEN =
  '<path transform="scale(1,-1)" fill="none" stroke="#000" stroke-width="28" ' +
  'd="M14 140 a126 126 0 1 0 252 0 a126 126 0 1 0 -252 0 Z M26 6 L254 274"/>';
/** With the foot of the stem, which ends at the middle of the head whose place it takes. */
const TRIANGLE =
  '<path transform="scale(1,-1)" d="M0 -130 L162 130 L324 -130 Z M299 -130 L324 -130 L324 10 L299 10 Z"/>';

/** `<words>` beside a metronome mark are drawn with it, in one line, and not above it. */
const WORDS =
  /<direction placement="above">\s*<direction-type>\s*<words[^>]*>(?:Swing|Straight)<\/words>.*?<\/direction>/gs;

/** @returns the MusicXML as verovio shall have it */
export function prepareXml(xml: string): string {
  let prepared = xml.replace(WORDS, "");
  for (const { element, standIn } of STAND_INS) prepared = prepared.replace(element, standIn);
  return prepared;
}

/** Puts right what verovio drew: signs, metronome marks, text, and styles that are not attributes. */
export function repair(drawing: Drawing, score: Score): Drawing {
  const tempos = score.measures.filter(({ tempo }) => tempo !== undefined).values();
  const sections = score.measures.filter(({ section }) => section !== undefined).values();
  const repeats = score.measures.flatMap(({ repeat }) => repeat ?? []).values();
  const systems = drawing.systems.map((system) => {
    const tempoPlaces: number[] = [];
    const boxes: { x: number; y: number; measure: Measure }[] = [];
    const svg = drawRepeats(greyHeads(system.svg), repeats)
      .replace(TEMPO_GROUP, (_, x: string) => {
        tempoPlaces.push(Number(x));
        return "";
      })
      .replace(SECTION_GROUP, (_, x: string, y: string) => {
        boxes.push({ x: Number(x), y: Number(y), measure: sections.next().value! });
        return "";
      });
    // a mark is wider than the note that it stands over, and verovio keeps only that one free
    const line = extent(svg).top - MARK_GAP;
    const own = tempoPlaces.map((x) => {
      const { tempo, feel, section } = tempos.next().value!;
      const box = section === undefined ? 0 : sectionWidth(section) + MARK_GAP;
      return drawMetronome(tempo!, feel, score.swing?.unit)(x + box, line);
    });
    const hasTempo = tempoPlaces.length > 0;
    const boxLine = (y: number) => (hasTempo ? line : y);
    own.push(...boxes.map(({ x, y, measure }) => drawSection(measure, x, boxLine(y))));
    const tops = boxes.map(({ y }) => sectionTop(boxLine(y)));
    if (hasTempo) tops.push(line - MARK_HEIGHT);
    return {
      ...system,
      top: Math.min(extent(svg).top, ...tops),
      svg: strokeByAttribute(flatten(plainText(svg)) + own.join("")),
    };
  });
  return { systems, definitions: repairGlyphs(drawing.definitions) };
}

/** In drawing units: from the highest thing in a line to the foot of its metronome mark, and how tall that is. */
const MARK_GAP = 120;
const MARK_HEIGHT = 620;

const TEMPO_GROUP = /<g [^>]*class="tempo"><text x="(-?[\d.]+)".*?<\/text><\/g>/gs;
/** With the left edge of its box and the line that its text stands on. */
const SECTION_GROUP =
  /<g [^>]*class="reh"[^>]*><rect [^>]*?x="(-?[\d.]+)"[^>]*\/><text [^>]*?y="(-?[\d.]+)".*?<\/text><\/g>/gs;

/** A note's colour stands at its group, and is that of its head alone: the stem is the whole chord's. */
function greyHeads(svg: string): string {
  return svg.replace(
    /class="note" color="[^"]*" fill="([^"]*)"><g class="notehead"[^>]*>.*?<\/g>/gs,
    (group, colour: string) => group.replaceAll("<use ", `<use fill="${colour}" `),
  );
}

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
      if (glyph === "E614") return open + HALF_OPEN + close;
      if (glyph === "E0AF") return open + TRIANGLE + close;
      return whole;
    },
  );
}
