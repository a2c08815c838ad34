import type { WrittenPiece } from "@groovesheet/jobs/pieces.ts";
import { create } from "xmlbuilder2";
import type { XMLBuilder } from "xmlbuilder2/lib/interfaces.js";
import type { Measure, RepeatPlace, Score, Swing, TempoMark } from "../../score.ts";
import { textWidth } from "../fonts.ts";
import { layKit } from "../kit.ts";
import { PAGE_HEIGHT, PAGE_MARGIN, PAGE_WIDTH, STAFF_HEIGHT } from "../page-units.ts";
import { lineStarts, PAGE_LINES } from "../systems.ts";
import { printable } from "../text.ts";
import { type Content, type Element, type ElementWriter, elementWriter } from "./elements.ts";
import { DIVISIONS, divisionsOf, GREY, type NoteElements, noteElements } from "./notes.ts";
import { simplestRatio } from "./swing.ts";

const PUBLIC_ID = "-//Recordare//DTD MusicXML 4.0 Partwise//EN";
const SYSTEM_ID = "http://www.musicxml.org/dtds/partwise.dtd";
const PERCUSSION_CHANNEL = 10;

/**
 * @param write what serialises the elements of bars; passing the same one again saves what it has written before
 * @returns the score as MusicXML 4.0 (partwise), with the same line breaks as the pages unless a layout says otherwise
 */
export function toMusicXml(score: Score, layout = PAGE_LINES, write: ElementWriter = elementWriter()): string {
  const kit = layKit(score.pieces);
  const document = create({ version: "1.0", encoding: "UTF-8" });
  const root = document.ele("score-partwise", { version: "4.0" });
  writeHeader(root, score);
  writePartList(root, score, kit);
  root.ele("part", { id: "P1" });
  document.dtd({ pubID: PUBLIC_ID, sysID: SYSTEM_ID });
  const starts = new Set(lineStarts(score, layout).slice(1));
  const notesOf = noteElements(kit);
  const last = score.measures.length - 1;
  const measures = score.measures.map((measure, index) => {
    const place = { newLine: starts.has(index), first: index === 0, last: index === last };
    const context = { score, notesOf, ...place, repeatBefore: score.measures[index - 1]?.repeat };
    const implicit = measure.pickup ? ' implicit="yes"' : "";
    const content = measureElements(measure, context).map(write).join("\n");
    return `  <measure number="${measure.number}"${implicit}>\n${content}\n  </measure>`;
  });
  return document
    .end({ prettyPrint: true, indent: " " })
    .replace('<part id="P1"/>', () => `<part id="P1">\n${measures.join("\n")}\n </part>`);
}

/** xmlbuilder2 takes what looks like an entity for one: an ampersand of the text itself is escaped before. */
function asWritten(text: string): string {
  return printable(text).replaceAll("&", "&amp;");
}

function writeHeader(root: XMLBuilder, { title, artist }: Score): void {
  root.ele("work").ele("work-title").txt(asWritten(title));
  const identification = root.ele("identification");
  if (artist !== undefined) identification.ele("creator", { type: "composer" }).txt(asWritten(artist));
  identification.ele({
    encoding: {
      software: "GrooveSheet",
      supports: [
        { "@element": "beam", "@type": "yes" },
        { "@element": "stem", "@type": "yes" },
        { "@element": "print", "@attribute": "new-system", "@type": "yes", "@value": "yes" },
      ],
    },
  });
  writeDefaults(root);
  const titleSize = Math.min(22, Math.floor(500 / textWidth(title, "bold")));
  writeCredit(root, "title", { x: PAGE_WIDTH / 2, justify: "center", y: PAGE_MARGIN.top, size: titleSize }, title);
  if (artist === undefined) return;
  writeCredit(root, "composer", { x: PAGE_WIDTH - PAGE_MARGIN.right, justify: "right", y: 260, size: 12 }, artist);
}

/** A4 with the staff height of the pages, so that four bars fit on a line. */
function writeDefaults(root: XMLBuilder): void {
  const margins = Object.entries(PAGE_MARGIN).map(([side, units]) => [`${side}-margin`, tenths(units)]);
  root.ele({
    defaults: {
      scaling: { millimeters: Math.round((100 * 210 * STAFF_HEIGHT) / PAGE_WIDTH) / 100, tenths: 40 },
      "page-layout": {
        "page-height": tenths(PAGE_HEIGHT),
        "page-width": tenths(PAGE_WIDTH),
        "page-margins": { "@type": "both", ...Object.fromEntries(margins) },
      },
    },
  });
}

interface CreditLook {
  /** page units from the upper left corner */
  readonly x: number;
  readonly y: number;
  readonly justify: "center" | "right";
  /** points */
  readonly size: number;
}

function writeCredit(root: XMLBuilder, type: string, { x, y, justify, size }: CreditLook, text: string): void {
  const credit = root.ele("credit", { page: 1 });
  credit.ele("credit-type").txt(type);
  const place = { "default-x": tenths(x), "default-y": tenths(PAGE_HEIGHT - y) };
  credit.ele("credit-words", { ...place, "font-size": size, justify, valign: "top" }).txt(asWritten(text));
}

/** @returns a length in tenths, the unit of MusicXML: ten tenths are a staff space */
function tenths(units: number): number {
  return Math.round((40 * units) / STAFF_HEIGHT);
}

function writePartList(root: XMLBuilder, { pieces }: Score, kit: Readonly<Record<string, WrittenPiece>>): void {
  const part = root.ele("part-list").ele("score-part", { id: "P1" });
  part.ele("part-name", { "print-object": "no" }).txt("Drumset");
  for (const piece of pieces) {
    part.ele({ "score-instrument": { "@id": `P1-${piece}`, "instrument-name": kit[piece]!.name } });
  }
  for (const piece of pieces) {
    part.ele({
      "midi-instrument": {
        "@id": `P1-${piece}`,
        "midi-channel": PERCUSSION_CHANNEL,
        "midi-program": 1,
        "midi-unpitched": kit[piece]!.key + 1,
      },
    });
  }
}

interface Context {
  readonly score: Score;
  readonly notesOf: NoteElements;
  readonly newLine: boolean;
  readonly first: boolean;
  readonly last: boolean;
  /** the repeat place of the previous measure */
  readonly repeatBefore: RepeatPlace | undefined;
}

function measureElements(measure: Measure, context: Context): Element[] {
  const { section, fillInto, uncertain, loudness, tempo, feel, voices } = measure;
  const elements: Element[] = [];
  if (context.newLine) elements.push(["print", { "@new-system": "yes" }]);
  elements.push(...attributes(measure, context));
  if (section !== undefined) {
    elements.push(direction("above", { rehearsal: { "@enclosure": "square", "#": printable(section) } }));
  }
  if (fillInto !== undefined) elements.push(italic({ "#": `fill into ${printable(fillInto)}` }));
  if (uncertain === "begin") elements.push(italic({ "@color": GREY, "#": "uncertain" }));
  if (loudness) elements.push(direction("below", { dynamics: { [loudness]: {} } }));
  if (tempo) elements.push(tempoMark(tempo));
  if (feel) elements.push(feelMark(feel, context.score.swing));
  for (const [index, voice] of voices.entries()) {
    if (index > 0) elements.push(["backup", { duration: divisionsOf(measure.length) }]);
    for (const event of voice.events) elements.push(...context.notesOf(event, voice, voices.length > 1));
  }
  if (context.last) elements.push(["barline", { "@location": "right", "bar-style": "light-heavy" }]);
  return elements;
}

function direction(placement: "above" | "below", type: Content, sound?: Content): Element {
  return ["direction", { "@placement": placement, "direction-type": type, ...(sound && { sound }) }];
}

function italic(words: Content): Element {
  return direction("above", { words: { "@font-style": "italic", ...words } });
}

function attributes(measure: Measure, { first, repeatBefore }: Context): Element[] {
  const { meter, showMeter, repeat, rest } = measure;
  const beginsRest = rest?.index === 0;
  const signs = repeatSigns(repeat, repeatBefore);
  if (!first && !showMeter && signs.length === 0 && !beginsRest) return [];
  const styles = [
    ...signs.map((sign) => ({ "measure-repeat": sign })),
    ...(beginsRest ? [{ "multiple-rest": rest.bars }] : []),
  ];
  const content = {
    ...(first && { divisions: DIVISIONS }),
    ...(showMeter && { time: { beats: meter.beats, "beat-type": meter.beatType } }),
    ...(first && { clef: { sign: "percussion" } }),
    ...(styles.length > 0 && { "measure-style": styles }),
  };
  return [["attributes", content]];
}

/** A run of signs of one length starts at its first bar and stops at the first bar after it. */
function repeatSigns(here: RepeatPlace | undefined, before: RepeatPlace | undefined): Content[] {
  if (here?.bars === before?.bars) return [];
  const start = { "@type": "start", ...(here && here.bars > 1 && { "@slashes": here.bars }), "#": here?.bars };
  return [...(before ? [{ "@type": "stop" }] : []), ...(here ? [start] : [])];
}

const UNITS: Readonly<Record<string, readonly [string, boolean]>> = {
  "1/2": ["half", false],
  "3/8": ["quarter", true],
  "1/4": ["quarter", false],
  "3/16": ["eighth", true],
  "1/8": ["eighth", false],
  "1/16": ["16th", false],
};

function tempoMark({ unit, perMinute }: TempoMark): Element {
  const [type, dotted] = UNITS[unit.toFraction()]!;
  const metronome = { "beat-unit": type, ...(dotted && { "beat-unit-dot": {} }), "per-minute": perMinute };
  return direction("above", { metronome }, { "@tempo": unit.mul(4).mul(perMinute).valueOf() });
}

function feelMark(feel: "swing" | "straight", swing: Swing | undefined): Element {
  const words = { "@font-weight": "bold", "#": feel === "swing" ? "Swing" : "Straight" };
  return direction("above", { words }, { swing: feel === "swing" ? swingContent(swing!) : { straight: {} } });
}

function swingContent({ ratio, unit }: Swing): Content {
  const [first, second] = simplestRatio(ratio);
  return { first, second, "swing-type": unit };
}
