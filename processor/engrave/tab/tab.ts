import type { Measure, Score, ScoreEvent, ScoreNote, TempoMark } from "../../score.ts";
import { PIECE_FORMATS } from "../piece-formats.ts";
import { printable } from "../text.ts";
import { type BeatColumns, columnsOf } from "./columns.ts";
import { LINES, type Line, SIGNS, type Sign } from "./signs.ts";

/** characters that a line holds, so that it does not wrap on a screen */
const LINE_WIDTH = 80;
const BARS_IN_LINE = 4;

/** @returns the score as a drum tab: a line for each piece, a column for each sixteenth or triplet, bars below one another */
export function toTab(score: Score): string {
  const { title, artist, measures } = score;
  const bars = measures.map((measure) => ({ measure, beats: columnsOf(measure) }));
  const used = new Set<string>();
  const systems = systemsOf(bars).map((system) => systemText(system, used));
  const heading = [printable(title), ...(artist === undefined ? [] : [printable(artist)])].join(" - ");
  return `${[heading, ...systems, legend(used)].join("\n\n")}\n`;
}

interface Bar {
  readonly measure: Measure;
  readonly beats: readonly BeatColumns[];
}

/** Lines of up to four bars; sections, meters and tempos begin a new one, because they stand above its start. */
function systemsOf(bars: readonly Bar[]): Bar[][] {
  const systems: Bar[][] = [];
  let width = 0;
  for (const bar of bars) {
    const { section, tempo, showMeter } = bar.measure;
    const current = systems.at(-1);
    const room = current !== undefined && current.length < BARS_IN_LINE && width + widthOf(bar) + 1 <= LINE_WIDTH;
    if (room && section === undefined && !tempo && !showMeter) current.push(bar);
    else {
      systems.push([bar]);
      width = "HH|".length;
    }
    width += widthOf(bar) + 1;
  }
  return systems;
}

function widthOf({ beats }: Bar): number {
  return beats.reduce((sum, { count }) => sum + count, 0);
}

/** @param used receives the signs and lines that the legend explains */
function systemText(system: readonly Bar[], used: Set<string>): string {
  const bars = system.map((bar) => signsOf(bar));
  const lines = (Object.keys(LINES) as Line[]).filter((line) => bars.some((bar) => bar.has(line)));
  if (lines.length === 0) lines.push("BD");
  const text = lines.map((line) => {
    used.add(line);
    const cells = system.map((bar, index) => {
      const signs = bars[index]!.get(line);
      return Array.from({ length: widthOf(bar) }, (_, column) => signs?.get(column) ?? "-").join("");
    });
    for (const sign of cells.join("").replaceAll("-", "")) used.add(sign);
    return `${line}|${cells.join("|")}|`;
  });
  const counted = system.map(({ beats }) => beats.map(({ label }) => label).join("")).join(" ");
  return [above(system[0]!.measure), ...text, `   ${counted}`.trimEnd()].join("\n");
}

/** @returns the signs of a bar by their column, for each line that sounds */
function signsOf({ measure, beats }: Bar): Map<Line, Map<number, string>> {
  const lines = new Map<Line, Map<number, string>>();
  for (const event of measure.voices.flatMap(({ events }) => events)) {
    for (const note of event.notes) {
      const [line] = PIECE_FORMATS[note.piece].tab;
      const signs = lines.get(line) ?? new Map<number, string>();
      lines.set(line, signs.set(columnAt(event, beats), signOf(note, event)));
    }
  }
  return lines;
}

function columnAt({ onset }: ScoreEvent, beats: readonly BeatColumns[]): number {
  let before = 0;
  for (const { start, length, count } of beats) {
    if (onset.lt(start.add(length))) return before + onset.sub(start).div(length).mul(count).valueOf();
    before += count;
  }
  throw new Error(`onset ${onset.toFraction()} lies outside its measure`);
}

/** Accents are capitals. Ornaments belong to the drum that they are played on. */
function signOf({ piece, dynamic }: ScoreNote, { graces, tremolo }: ScoreEvent): string {
  const [line, hit] = PIECE_FORMATS[piece].tab;
  const ornaments = graces.filter((grace) => PIECE_FORMATS[grace.piece].tab[0] === line).length;
  if (dynamic === "ghost") return "g";
  const sign: Sign = tremolo > 0 ? "r" : ornaments > 1 ? "d" : ornaments === 1 ? "f" : hit;
  return dynamic === "accent" ? sign.toUpperCase() : sign;
}

/** `[A] bar 5  4/4  quarter = 96` */
function above({ section, number, showMeter, meter, tempo, feel, fillInto }: Measure): string {
  const parts = [
    section === undefined ? `bar ${number}` : `[${printable(section)}] bar ${number}`,
    showMeter && `${meter.beats}/${meter.beatType}`,
    tempo && tempoText(tempo),
    feel,
    fillInto !== undefined && `fill into ${printable(fillInto)}`,
  ];
  return parts.filter(Boolean).join("  ");
}

const UNIT_NAMES: Readonly<Record<string, string>> = {
  "1/2": "half note",
  "1/4": "quarter note",
  "3/8": "dotted quarter",
  "1/8": "eighth note",
  "3/16": "dotted eighth",
  "1/16": "sixteenth note",
};

function tempoText({ unit, perMinute }: TempoMark): string {
  return `${UNIT_NAMES[unit.toFraction()]} = ${perMinute}`;
}

function legend(used: ReadonlySet<string>): string {
  const lines = Object.entries(LINES).filter(([line]) => used.has(line));
  const lower = new Set([...used].map((sign) => sign.toLowerCase()));
  const signs = Object.entries(SIGNS).filter(([sign]) => lower.has(sign));
  const accents = [...used].some((sign) => sign.length === 1 && sign !== sign.toLowerCase());
  return [...wrap(lines), ...wrap([...signs, ...(accents ? [["capital", "accent"] as const] : [])])].join("\n");
}

function wrap(entries: readonly (readonly [sign: string, meaning: string])[]): string[] {
  const rows: string[] = [];
  for (const [sign, meaning] of entries) {
    const entry = `${sign} ${meaning}`;
    const row = `${rows.at(-1)}, ${entry}`;
    if (rows.length > 0 && row.length <= LINE_WIDTH) rows.splice(-1, 1, row);
    else rows.push(entry);
  }
  return rows;
}
