import type { Measure, Score } from "../../score.ts";
import { lineStarts, PAGE_LINES } from "../systems.ts";
import { textElement } from "../text.ts";
import { drawMetronome } from "./metronome.ts";
import { drawSection, sectionTop, sectionWidth } from "./rehearsal.ts";
import { drawRepeats } from "./repeat-signs.ts";
import { type Drawing, extent, type System } from "./verovio.ts";

/**
 * Signs that verovio 6.3 cannot draw are passed to it as signs that it can draw and that no drum part uses; their outlines
 * are then replaced by the right ones.
 */
const STAND_INS = [
  { element: /<half-muted\b/g, standIn: "<harmonic", glyph: "E614" },
  { element: />triangle<\/notehead>/g, standIn: ">cross</notehead>", glyph: "E0AF" },
] as const;

/** Outlines in SMuFL units: 250 per staff space, y upwards. */
const HALF_OPEN =
  '<path transform="scale(1,-1)" fill="none" stroke="#000" stroke-width="28" ' +
  'd="M14 140 a126 126 0 1 0 252 0 a126 126 0 1 0 -252 0 Z M26 6 L254 274"/>';
/** Includes the foot of the stem, which ends at the middle of the notehead that it replaces. */
const TRIANGLE =
  '<path transform="scale(1,-1)" d="M0 -130 L162 130 L324 -130 Z M299 -130 L324 -130 L324 10 L299 10 Z"/>';

/** `<words>` next to a metronome mark: drawn on the same line as the mark rather than above it. */
const WORDS =
  /<direction placement="above">\s*<direction-type>\s*<words[^>]*>(?:Swing|Straight)<\/words>.*?<\/direction>/gs;

/** @returns the MusicXML adapted for verovio */
export function prepareXml(xml: string): string {
  let prepared = xml.replace(WORDS, "");
  for (const { element, standIn } of STAND_INS) prepared = prepared.replace(element, standIn);
  return prepared;
}

/** Corrects verovio's drawing: signs, metronome marks, text, and styles that are not attributes. */
export function repair(drawing: Drawing, score: Score, layout = PAGE_LINES): Drawing {
  const tempos = score.measures.filter(({ tempo }) => tempo !== undefined).values();
  const repeats = score.measures.flatMap(({ repeat }) => repeat ?? []).values();
  const starts = lineStarts(score, layout);
  const systems = drawing.systems.map((system, index) => {
    const tempoPlaces: number[] = [];
    const line = score.measures.slice(starts[index], starts[index + 1]);
    const section = line.find((measure) => measure.section !== undefined);
    let box = { x: 0, y: system.staffTop - SECTION_GAP }; // verovio has none above a multi-bar rest
    const svg = drawRepeats(greyHeads(numberBar(system, line[0]!, index === 0)), repeats)
      .replace(TEMPO_GROUP, (_, x: string) => {
        tempoPlaces.push(Number(x));
        return "";
      })
      .replace(SECTION_GROUP, (_, x: string, y: string) => {
        box = { x: Number(x), y: Number(y) };
        return "";
      });
    // a mark is wider than the note below it, and verovio only avoids collisions with that note
    const markLine = extent(svg).top - MARK_GAP;
    const own = tempoPlaces.map((x) => {
      const measure = tempos.next().value!;
      const width = measure.section === undefined ? 0 : sectionWidth(measure.section) + MARK_GAP;
      return drawMetronome(measure.tempo!, measure.feel, score.swing?.unit)(x + width, markLine);
    });
    const hasTempo = tempoPlaces.length > 0;
    const boxLine = hasTempo ? markLine : box.y;
    if (section) own.push(drawSection(section, box.x, boxLine));
    const tops = [...(section ? [sectionTop(boxLine)] : []), ...(hasTempo ? [markLine - MARK_HEIGHT] : [])];
    return {
      ...system,
      top: Math.min(extent(svg).top, ...tops),
      svg: strokeByAttribute(flatten(plainText(svg)) + own.join("")),
    };
  });
  return { systems, definitions: repairGlyphs(drawing.definitions) };
}

/** in drawing units: gap between the highest element of a line and its metronome mark, and the height of the mark */
const MARK_GAP = 120;
const MARK_HEIGHT = 620;

const TEMPO_GROUP = /<g [^>]*class="tempo"><text x="(-?[\d.]+)".*?<\/text><\/g>/gs;
/** Captures the left edge of the box and the baseline of its text. */
const SECTION_GROUP =
  /<g [^>]*class="reh"[^>]*><rect [^>]*?x="(-?[\d.]+)"[^>]*\/><text [^>]*?y="(-?[\d.]+)".*?<\/text><\/g>/gs;

const BAR_NUMBER = /<g [^>]*class="mNum[^"]*"><text (?:x="[^"]*" )?y="(-?[\d.]+)".*?<\/g>/s;
/** Heights of a bar number and of the name of a section above the staff. */
const NUMBER_GAP = 243;
const SECTION_GAP = 330;

/** Numbers the first bar of a line: after a multi-bar rest verovio writes wrong numbers or none. */
function numberBar({ svg, staffTop }: System, { number, section }: Measure, isFirst: boolean): string {
  const y = Number(BAR_NUMBER.exec(svg)?.[1] ?? staffTop - NUMBER_GAP);
  const without = svg.replace(BAR_NUMBER, "");
  if (isFirst || section !== undefined) return without; // the number is beside the section's name
  return without + textElement({ x: 0, y, size: 324, style: "italic", anchor: "middle" }, String(number), true);
}

/** Moves a note's colour from its group to its head: the stem belongs to the whole chord. */
function greyHeads(svg: string): string {
  return svg.replace(
    /class="note" color="[^"]*" fill="([^"]*)"><g class="notehead"[^>]*>.*?<\/g>/gs,
    (group, colour: string) => group.replaceAll("<use ", `<use fill="${colour}" `),
  );
}

/** Removes groups, which only cost renderers time: none of verovio's groups has a transformation. */
function flatten(svg: string): string {
  return svg.replace(/<\/?g\b[^>]*>/g, "");
}

/** Flattens text: verovio nests it in spans without a size, which renderers place differently. */
function plainText(svg: string): string {
  const written = svg.replace(/<text [^>]*\/>/g, ""); // an empty text: the number of a pickup bar
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

/** Writes strokes as attributes: verovio puts them in a style sheet, which PDF writers do not read. */
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
